// Closes a client while a step-up waits for a provider, or a policy, that never answers. Told the server's URL, the file
// of the provider, and which of them it is, it prints `closed`; then nothing but the client could keep the process.
import process from 'node:process';
import { Client, StreamableHTTPClientTransport } from '@scopeful/client';
import { FileProvider } from './fileProvider.js';

const [server = '', file = '', which = ''] = process.argv.slice(2);
const provider = new FileProvider(file);
const client = new Client({ name: 'closing', version: '1.0.0' });

/** Lets the client be closed as soon as somebody is waited for who never answers. */
function never(): Promise<never> {
  setTimeout(() => void client.close().then(() => console.log('closed')), 50);
  return new Promise(() => undefined);
}

if (which === 'provider') Object.assign(provider, { saveCodeVerifier: never });
const transport = new StreamableHTTPClientTransport(new URL(server), {
  authProvider: provider,
  ...(which === 'policy' && { onInsufficientScope: never })
});
await client.connect(transport);
await client.callTool({ name: 'write' }).catch(() => undefined);

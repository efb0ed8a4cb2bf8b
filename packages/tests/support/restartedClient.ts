// One leg of a client that is restarted while the user signs in: node restartedClient.ts SERVER FILE TOOL [CALLBACK]
// Finishes the authorization when there is a callback, connects, calls the tool, and exits 3 when the user has to sign in.
import process from 'node:process';
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@scopeful/client';
import { FileProvider } from './fileProvider.js';

const [server, file, tool, callback] = process.argv.slice(2) as [string, string, string, string | undefined];
const authProvider = new FileProvider(file);
const transport = new StreamableHTTPClientTransport(new URL(server), { authProvider });
const client = new Client({ name: 'restarted', version: '1.0.0' });
try {
  if (callback !== undefined) await transport.finishAuth(new URLSearchParams(callback));
  await client.connect(transport);
  await client.callTool({ name: tool });
} catch (error) {
  if (!(error instanceof UnauthorizedError)) throw error;
  process.exitCode = 3;
} finally {
  await client.close();
}

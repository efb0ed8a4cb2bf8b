import open from 'open';
import { MemoryProvider } from '../support/memoryProvider.js';
import type { ServerArguments } from './arguments.js';
import { startCallbackServer } from './callbackServer.js';
import { Journey } from './journey.js';
import type { Style } from './style.js';
import { formatTimeline } from './timeline.js';
import { judge, type Verdict } from './verdict.js';

const SIGN_IN_MILLISECONDS = 5 * 60_000;

/** A server of the user's choice, where they sign in with their own browser. */
export async function visitServer(
  options: ServerArguments,
  print: (text: string) => void,
  style: Style
): Promise<Verdict> {
  const callbackServer = await startCallbackServer(options.port);
  const provider = new MemoryProvider({
    redirectUrl: callbackServer.redirectUrl,
    ...(options.scope !== undefined && { clientMetadata: { scope: options.scope } }),
    ...(options.clientId !== undefined && { clientInformation: { client_id: options.clientId } })
  });
  const journey = new Journey(options.serverUrl, provider, async (url, operation) => {
    print(`${operation} needs a sign-in. Open this page, and allow what it asks for:\n\n  ${url.href}\n`);
    const callback = callbackServer.waitFor(url.searchParams.get('state') ?? '', SIGN_IN_MILLISECONDS);
    if (options.openBrowser) await openBrowser(url);
    return callback;
  });
  try {
    await journey.connect();
    const { tools } = await journey.run('tools/list', () => journey.client.listTools());
    print(`${tools.length === 0 ? 'No tools.' : 'Tools:'}\n${tools.map(tool => `  ${tool.name}\n`).join('')}`);
    const { call } = options;
    if (call !== undefined) {
      const result = await journey.run(`tools/call ${call.name}`, () => journey.client.callTool(call));
      const texts = result.content.map(block => (block.type === 'text' ? block.text : `(${block.type})`));
      print(`${call.name} answered:\n  ${texts.join('\n').replaceAll('\n', '\n  ')}\n`);
    }
  } finally {
    if (journey.steps.length > 0) print(formatTimeline(journey.steps, style));
    await journey.close();
    await callbackServer.close();
  }
  return judge(
    journey.steps,
    provider.authorizationUrls.map(url => url.searchParams.get('scope') ?? undefined)
  );
}

async function openBrowser(url: URL): Promise<void> {
  try {
    const child = await open(url.href);
    child.once('error', () => undefined);
  } catch {
    // Without a browser on this machine, the user still has the printed URL.
  }
}

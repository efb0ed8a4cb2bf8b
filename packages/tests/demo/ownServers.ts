import { startAuthorizationServer } from '../support/authorizationServer.js';
import { CookieJar } from '../support/cookieJar.js';
import { MemoryProvider } from '../support/memoryProvider.js';
import { startNotesServer } from '../support/notesServer.js';
import { signIn } from '../support/signIn.js';
import { Journey } from './journey.js';
import { formatTimeline } from './timeline.js';
import type { Style } from './style.js';
import { judge, type Verdict } from './verdict.js';

const CALLS: readonly [name: string, parameters: Record<string, unknown>][] = [
  ['list_notes', {}],
  ['add_note', { text: 'lose no scope' }],
  ['delete_note', { id: 1 }],
  ['purge_notes', {}],
  ['list_notes', {}]
];

/** A notes server and an authorization server on this machine, with the user's part played by an HTTP client. */
export async function visitOwnServers(print: (text: string) => void, style: Style): Promise<Verdict> {
  const authorizationServer = await startAuthorizationServer();
  const notesServer = await startNotesServer({ authorizationServer });
  const provider = new MemoryProvider();
  const cookies = new CookieJar();
  const journey = new Journey(new URL(notesServer.url), provider, async url => {
    const callback = await signIn(url, { cookies });
    return callback.searchParams;
  });
  print(`MCP server ${notesServer.url}, authorization server ${authorizationServer.issuer} (oidc-provider)\n`);
  try {
    await journey.connect();
    await journey.run('tools/list', () => journey.client.listTools());
    for (const [name, parameters] of CALLS) {
      await journey.run(`tools/call ${name}`, () => journey.client.callTool({ name, arguments: parameters }));
    }
  } finally {
    print(formatTimeline(journey.steps, style));
    await journey.close();
    await notesServer.close();
    await authorizationServer.close();
  }
  return judge(
    journey.steps,
    authorizationServer.authorizationRequests.map(request => request.scope)
  );
}

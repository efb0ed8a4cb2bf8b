import type { AuthorizationScript, ScriptedAuthorizationServer } from '../../support/scriptedAuthorizationServer.js';
import type { Outcome } from './session.js';
import type { World } from './world.js';

/** Refresh tokens are issued. By default they are not, so that a client's way with them decides nothing else. */
export const REFRESHABLE: AuthorizationScript = { issuesRefreshTokens: true };

/** Starts `count` things. */
export function times<T>(count: number, start: () => T): T[] {
  return Array.from({ length: count }, start);
}

export function kinds(outcomes: readonly Outcome[]): string[] {
  return outcomes.map(({ kind }) => kind);
}

/**
 * Holds the answers to an operation back until `count` more requests for it, judged with the token they came with, are
 * there: so they all fail alike, however the client is scheduled. Resolves when they are.
 */
export function held(world: World, operation: string, count: number): Promise<void> {
  const expected = world.rs.count(operation) + count;
  const arrived = world.changes.until(() => world.rs.count(operation) >= expected);
  const previous = world.rs.script.delays;
  world.rs.script.delays = request => (request.operation === operation ? arrived : previous?.(request));
  return arrived;
}

/** A refresh token may be used once; a second use revokes everything, as RFC 9700 §4.14.2 has it. */
export function detectReuse(world: World): void {
  const used = new Set<string | null>();
  world.as.script.rotates = true;
  world.as.script.onToken = ({ grantType, parameters }) => {
    if (grantType !== 'refresh_token') return undefined;
    const token = parameters.get('refresh_token');
    if (!used.has(token)) {
      used.add(token);
      return undefined;
    }
    world.as.expireAccessTokens();
    world.as.revokeRefreshTokens();
    return { status: 400, body: { error: 'invalid_grant', error_description: 'the refresh token was used before' } };
  };
}

/**
 * The resource belongs to another authorization server from now on: it takes no other's tokens, and says so in a document
 * that nobody has read yet.
 */
export async function move(world: World, script: AuthorizationScript = {}): Promise<ScriptedAuthorizationServer> {
  const other = await world.startAuthorizationServer({
    onRegister: metadata => ({ status: 201, body: { ...metadata, client_id: 'client-of-the-other-server' } }),
    ...script
  });
  world.rs.issuer = other;
  world.rs.script.metadataPath = '/moved';
  return other;
}

/** Everything that was said to a server in words that it could keep: forms and fields. */
export function toldTo(server: ScriptedAuthorizationServer): string {
  const { authorizations, registrations, tokenRequests } = server;
  const told = tokenRequests.map(({ parameters, authorization = '' }) => `${String(parameters)} ${authorization}`);
  return JSON.stringify([told, registrations, authorizations.map(({ parameters }) => String(parameters))]);
}

import { sameIssuer } from './issuer.js';
import type { ScopeLedger } from './ledger.js';
import type { OAuthClientProvider } from './provider.js';
import type { OAuthTokens, StoredOAuthTokens } from './schemas.js';

// Tokens belong to one issuer and to one origin. Stamps say which; tokens without are bound to where they are used first.

/** What is remembered about one provider's tokens. */
interface Shelf {
  /** Whose the access tokens are that carry no stamp: the origin and the issuer they were used with first (R27). */
  readonly unstamped: Map<string, Binding>;
  /** By origin: how many requests for tokens were made, and the latest of them that brought any. */
  readonly order: Map<string, { drawn: number; latest?: Arrival }>;
}

const shelves = new WeakMap<object, Shelf>();

function shelfOf(provider: object): Shelf {
  let shelf = shelves.get(provider);
  if (shelf === undefined) shelves.set(provider, (shelf = { unstamped: new Map(), order: new Map() }));
  return shelf;
}

/** Tokens that came, and the place of their request among those for the same origin. */
interface Arrival {
  readonly ticket: number;
  readonly tokens: StoredOAuthTokens & { issuer: string; resource: string };
}

function originOf(resource: string): string {
  return new URL(resource).origin;
}

/** The most tokens without a stamp that are remembered: one is in use at a time. */
const MAX_UNSTAMPED = 16;

interface Binding {
  readonly origin: string;
  issuer: string | undefined;
}

/** Binds an access token to where it is used first; answers what it is bound to. */
function bindTokens(identity: object, token: string, to: Binding): Binding {
  const { unstamped } = shelfOf(identity);
  const bound = unstamped.get(token) ?? to;
  bound.issuer ??= to.issuer;
  unstamped.set(token, bound);
  const [oldest] = unstamped.keys();
  if (unstamped.size > MAX_UNSTAMPED && oldest !== undefined) unstamped.delete(oldest);
  return bound;
}

/**
 * Returns the issuer that stored tokens without a stamp are of, when another took charge after they had been stored.
 */
async function earlierIssuerOf(provider: OAuthClientProvider, token: string): Promise<string | undefined> {
  const earlier = (await provider.discoveryState?.())?.earlierTokens;
  if (earlier === undefined) return undefined;
  const { sha256 } = await import('./base64url.js');
  return earlier.hash === (await sha256(token)) ? earlier.issuer : undefined;
}

/** Tells whether tokens were issued for use at this resource's origin, by its issuer. */
async function areOurs(
  provider: OAuthClientProvider,
  identity: object,
  ledger: ScopeLedger,
  tokens: StoredOAuthTokens
): Promise<boolean> {
  const { access_token: token } = tokens;
  const isNew = tokens.issuer === undefined && !shelfOf(identity).unstamped.has(token);
  const earlier = isNew ? await earlierIssuerOf(provider, token) : undefined;
  const { issuer } = ledger.state;
  const origin = originOf(ledger.resource);
  const bound = bindTokens(identity, token, { origin, issuer: earlier ?? issuer });
  const theirs = tokens.issuer ?? bound.issuer;
  if (theirs !== undefined && issuer !== undefined && !sameIssuer(theirs, issuer)) return false;
  if (tokens.resource === undefined) return bound.origin === origin;
  return URL.canParse(tokens.resource) && originOf(tokens.resource) === origin;
}

/**
 * Returns the tokens to use with a resource, noted in its record. Those of another issuer, or for another origin, are
 * none.
 * @param identity the object that the host knows as its provider
 */
export async function currentTokens(
  provider: OAuthClientProvider,
  ledger: ScopeLedger,
  identity: object = provider
): Promise<StoredOAuthTokens | undefined> {
  const { issuer } = ledger.state;
  const stored = await provider.tokens(issuer === undefined ? undefined : { issuer, resource: ledger.resource });
  const tokens = stored !== undefined && (await areOurs(provider, identity, ledger, stored)) ? stored : undefined;
  ledger.apply({
    type: 'seen',
    token: tokens?.access_token,
    scope: tokens?.scope,
    issuer: tokens?.issuer,
    isOwn: tokens?.resource === undefined || tokens.resource === ledger.resource
  });
  return tokens;
}

/** Gives a request for tokens its place among those for the same origin. */
export function drawTicket(identity: object, ledger: ScopeLedger): number {
  const { order } = shelfOf(identity);
  const origin = originOf(ledger.resource);
  const { drawn, latest } = order.get(origin) ?? { drawn: 0 };
  order.set(origin, { drawn: drawn + 1, latest });
  return drawn + 1;
}

/**
 * Stores the tokens that a request brought, unless those of a later one have come: the latest are stored in the end,
 * however long storage takes.
 * @returns the tokens that are stored then
 */
export async function saveLatest(
  provider: OAuthClientProvider,
  identity: object,
  ledger: ScopeLedger,
  arrival: Arrival
): Promise<StoredOAuthTokens> {
  const { order } = shelfOf(identity);
  const origin = originOf(ledger.resource);
  const { drawn, latest = arrival } = order.get(origin) ?? { drawn: arrival.ticket };
  if (latest.ticket > arrival.ticket) return latest.tokens;
  order.set(origin, { drawn, latest: arrival });
  let saved = arrival;
  do {
    saved = order.get(origin)?.latest ?? saved;
    // They may be for another endpoint of the same origin.
    const { issuer, resource } = saved.tokens;
    await provider.saveTokens(saved.tokens, { issuer, resource });
  } while (order.get(origin)?.latest !== saved);
  return saved.tokens;
}

/**
 * Has refused tokens deleted. Those that come while storage takes its time are stored again, since it may have deleted
 * them instead (R21).
 */
export async function deleteTokens(
  provider: OAuthClientProvider,
  identity: object,
  ledger: ScopeLedger,
  refused: StoredOAuthTokens
): Promise<void> {
  const { order } = shelfOf(identity);
  const origin = originOf(ledger.resource);
  const before = order.get(origin)?.latest;
  await provider.invalidateCredentials?.('tokens', { tokens: refused });
  const latest = order.get(origin)?.latest;
  if (latest !== undefined && latest !== before) await saveLatest(provider, identity, ledger, latest);
}

/** Notes whose new tokens are, for a provider that keeps no stamps. */
export function noteOwner(identity: object, { resource, state: { issuer } }: ScopeLedger, token: string): void {
  bindTokens(identity, token, { origin: originOf(resource), issuer });
}

/** Tells when tokens expire, in milliseconds since the epoch. */
export function expiryOf({ expires_in: seconds }: OAuthTokens): number | undefined {
  return seconds === undefined ? undefined : Date.now() + seconds * 1000;
}

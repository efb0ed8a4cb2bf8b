import { resourceUrlFromServerUrl } from './resource.js';
import { mergeScopes } from './scope.js';
import type { OAuthClientProvider, OAuthDiscoveryState } from './provider.js';
import type { StoredOAuthTokens } from './documents.js';

/**
 * What was asked of, and granted by, the authorization server of one protected resource on behalf of one provider.
 * Every transport on that provider and resource shares it, so that none forgets what another asked for.
 */
export class ScopeLedger {
  /** Union of every scope resolved or challenged at {@link issuer}. Nothing but a new issuer or the host narrows it. */
  requested: string | undefined;
  /** What the last token response granted. */
  granted: string | undefined;
  /** What the authorization behind the current token asked for; `undefined` when this process did not see it. */
  authorized: string | undefined;
  /** What an authorization request under way asked for, until its callback. */
  pending: string | undefined;
  /** The last `resource_metadata` a challenge named. */
  resourceMetadataUrl: URL | undefined;
  /** The flow that is running; whoever needs one waits for it. */
  flow: Promise<unknown> | undefined;
  /** How often a user agent was sent away: a request sent before the last time must not send it again. */
  redirects = 0;
  /** Whether what an earlier process stored has been read. */
  seeded = false;

  #issuer: string | undefined;

  /** @param resource URL of the MCP server, without fragment */
  constructor(readonly resource: string) {}

  /** Binds the record to the authorization server in use. One issuer's scopes mean nothing to another. */
  bind(issuer: string): void {
    if (this.#issuer !== undefined && this.#issuer !== issuer) this.forget();
    this.#issuer = issuer;
  }

  /** Adds to what has been asked for. */
  request(scope: string | undefined): void {
    this.requested = mergeScopes(this.requested, scope);
  }

  /** Takes over what an earlier process stored. */
  seed(tokens: StoredOAuthTokens | undefined, state: OAuthDiscoveryState | undefined): void {
    const stateIssuer = state?.authorizationServerMetadata?.issuer ?? state?.authorizationServerUrl;
    const sameIssuer = stateIssuer === undefined || tokens?.issuer === undefined || tokens.issuer === stateIssuer;
    this.#issuer ??= stateIssuer ?? tokens?.issuer;
    if (sameIssuer) {
      this.request(tokens?.scope);
      this.granted ??= tokens?.scope;
    }
    this.request(state?.requestedScope);
    if (state?.resourceMetadataUrl !== undefined && URL.canParse(state.resourceMetadataUrl)) {
      this.resourceMetadataUrl ??= new URL(state.resourceMetadataUrl);
    }
  }

  /** Drops every scope, those that storage still holds included. */
  forget(): void {
    this.requested = this.granted = this.authorized = this.pending = undefined;
    this.seeded = true;
  }
}

const ledgers = new WeakMap<object, Map<string, ScopeLedger>>();

/** The ledger of a provider and a resource: one object for as long as the provider lives. */
export function ledgerFor(provider: object, serverUrl: string | URL): ScopeLedger {
  const resource = resourceUrlFromServerUrl(serverUrl).href;
  let ofProvider = ledgers.get(provider);
  if (ofProvider === undefined) ledgers.set(provider, (ofProvider = new Map<string, ScopeLedger>()));
  let ledger = ofProvider.get(resource);
  if (ledger === undefined) ofProvider.set(resource, (ledger = new ScopeLedger(resource)));
  return ledger;
}

/** Reads, once per ledger, what an earlier process stored: its scopes are not forgotten by a restart. */
export async function seedLedger(ledger: ScopeLedger, provider: OAuthClientProvider): Promise<void> {
  const alreadySeeded = (): boolean => ledger.seeded;
  if (alreadySeeded()) return;
  const tokens = await provider.tokens();
  const state = await provider.discoveryState?.();
  // Storage that does not say which resource it belongs to is believed only while there is no other.
  const isOurs =
    state?.requestedResource === undefined
      ? ledgers.get(provider)?.size === 1
      : state.requestedResource === ledger.resource;
  if (alreadySeeded()) return;
  ledger.seeded = true;
  if (isOurs) ledger.seed(tokens, state);
}

/**
 * Forgets which scopes were asked for, so that the next authorization asks only for what it needs.
 * @param resource the MCP server's URL; all of the provider's resources when omitted
 */
export function forgetScopes(provider: object, resource?: string | URL): void {
  const key = resource === undefined ? undefined : resourceUrlFromServerUrl(resource).href;
  for (const ledger of ledgers.get(provider)?.values() ?? []) {
    if (key === undefined || ledger.resource === key) ledger.forget();
  }
}

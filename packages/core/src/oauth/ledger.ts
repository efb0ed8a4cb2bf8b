import { OAuthClientFlowError } from './errors.js';
import { isGuess, issuerOf, sameIssuer } from './issuer.js';
import type { OAuthClientProvider, OAuthDiscoveryState } from './provider.js';
import { resourceUrlFromServerUrl } from './resource.js';
import { scopeTokens } from './scope.js';
import { isBounded, next, NOTHING_KNOWN, type ScopeEvent, type ScopeState } from './scopeState.js';

/** @throws {OAuthClientFlowError} when a scope is too large to ask for (R25) */
export function assertBounded(scope: string | undefined): void {
  if (isBounded(scope)) return;
  throw new OAuthClientFlowError(
    `The scope to ask for has grown to ${scopeTokens(scope).length} tokens and ${scope?.length ?? 0} characters: too much. Call forgetScopes() to start over.`,
    'SCOPE_LIMIT'
  );
}

/**
 * The record of one protected resource on behalf of one provider: its scope state, and what is known of its server. Every
 * transport on that provider and resource shares it, so that none forgets what another asked for.
 */
export class ScopeLedger {
  /** The last `resource_metadata` that a challenge named (R17). */
  resourceMetadataUrl: URL | undefined;
  /** What discovery found, for providers that do not keep it. */
  discovery: OAuthDiscoveryState | undefined;
  /** The issuer that a client, and tokens, without a stamp belong to: the one that they were used with first (R27). */
  credentialsIssuer: string | undefined;
  /** Whether what an earlier process stored has been read. */
  isSeeded = false;
  #state: ScopeState = NOTHING_KNOWN;

  /** @param resource URL of the MCP server, without fragment */
  constructor(readonly resource: string) {}

  get state(): ScopeState {
    return this.#state;
  }

  /** @throws {OAuthClientFlowError} and changes nothing, when a challenge makes the scope too large to ask for (R25) */
  apply(event: ScopeEvent): void {
    const before = this.#state;
    const after = next(before, event);
    if (after === before) return;
    if (isBounded(after.wanted)) {
      this.#state = after;
      return;
    }
    if (event.type === 'challenged') assertBounded(after.wanted);
    // Tokens are not refused because their scope is long: it is not asked for again, that is all.
    this.#state = { ...after, wanted: before.wanted, sent: before.sent };
  }

  /** Binds the record to the authorization server in use. One issuer's scopes mean nothing to another (R7). */
  bind(issuer: string): void {
    if (this.#state.issuer === undefined || !sameIssuer(this.#state.issuer, issuer))
      this.apply({ type: 'issuer', issuer });
  }
}

/** The ledgers of one provider, by resource. */
interface ProviderLedgers {
  readonly byResource: Map<string, ScopeLedger>;
  /** Whether what an earlier process stored is to be ignored. */
  isForgotten: boolean;
}

const providers = new WeakMap<object, ProviderLedgers>();

function ledgersOf(provider: object): ProviderLedgers {
  let ledgers = providers.get(provider);
  if (ledgers === undefined) providers.set(provider, (ledgers = { byResource: new Map(), isForgotten: false }));
  return ledgers;
}

/** Returns the ledger of a provider and a resource: one object for as long as the provider lives. */
export function ledgerFor(provider: object, serverUrl: string | URL): ScopeLedger {
  const resource = resourceUrlFromServerUrl(serverUrl).href;
  const { byResource, isForgotten } = ledgersOf(provider);
  let ledger = byResource.get(resource);
  if (ledger === undefined) {
    ledger = new ScopeLedger(resource);
    if (isForgotten) ledger.apply({ type: 'forgotten' });
    byResource.set(resource, ledger);
  }
  return ledger;
}

/** Reads, once per ledger, what an earlier process found out and asked for: a restart forgets nothing (R10). */
export async function seedLedger(ledger: ScopeLedger, provider: OAuthClientProvider): Promise<void> {
  const isSeeded = (): boolean => ledger.isSeeded;
  if (isSeeded()) return;
  const stored = await provider.discoveryState?.();
  // Another request may have read it while this one did.
  if (isSeeded()) return;
  ledger.isSeeded = true;
  if (stored == null) return;
  // Whose the client is does not depend on the resource (R27).
  ledger.credentialsIssuer ??= stored.credentialsIssuer;
  if (stored.requestedResource !== undefined && stored.requestedResource !== ledger.resource) return;
  const { resourceMetadataUrl } = stored;
  if (!isGuess(stored)) ledger.credentialsIssuer ??= issuerOf(stored);
  ledger.apply({
    type: 'restored',
    issuer: issuerOf(stored),
    sent: stored.requestedScope,
    invalid: stored.invalidScope
  });
  if (resourceMetadataUrl !== undefined && URL.canParse(resourceMetadataUrl))
    ledger.resourceMetadataUrl ??= new URL(resourceMetadataUrl);
}

/**
 * Forgets which scopes were asked for, so that the next authorization asks only for what it needs (R7).
 * @param provider the one that the transports were given
 * @param resource the MCP server's URL; all of the provider's resources when omitted
 */
export function forgetScopes(provider: object, resource?: string | URL): void {
  if (resource !== undefined) {
    ledgerFor(provider, resource).apply({ type: 'forgotten' });
    return;
  }
  const ledgers = ledgersOf(provider);
  ledgers.isForgotten = true;
  for (const ledger of ledgers.byResource.values()) ledger.apply({ type: 'forgotten' });
}

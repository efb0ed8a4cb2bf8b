import type { StoredOAuthTokens } from './schemas.js';
import { OAuthClientFlowError } from './errors.js';
import type { AuthResult } from './flowContext.js';
import type { OAuthClientProvider, OAuthDiscoveryState } from './provider.js';
import { resourceUrlFromServerUrl } from './resource.js';
import { mergeScopes, missingScope, scopeTokens } from './scope.js';

/** Bounds of what is remembered (and asked for): no server is served by more, and a hostile one could send anything. */
const MAX_SCOPE_TOKENS = 256;
const MAX_SCOPE_LENGTH = 8 * 1024;

/** @throws {OAuthClientFlowError} when a scope is too large to ask for */
export function assertBounded(scope: string | undefined): void {
  if (scope === undefined) return;
  const count = scopeTokens(scope).length;
  if (count <= MAX_SCOPE_TOKENS && scope.length <= MAX_SCOPE_LENGTH) return;
  throw new OAuthClientFlowError(
    `The scope to ask for has grown to ${count} tokens and ${scope.length} characters; at most ${MAX_SCOPE_TOKENS} tokens and ` +
      `${MAX_SCOPE_LENGTH} characters are asked for. Call forgetScopes() to start over, or check what the server challenges for.`,
    'SCOPE_LIMIT'
  );
}

/**
 * What was asked of, and granted by, the authorization server of one protected resource on behalf of one provider.
 * Every transport on that provider and resource shares it, so that none forgets what another asked for.
 */
export class ScopeLedger {
  /** Union of every scope resolved or challenged at the issuer. Only a new issuer, the host and `invalid_scope` narrow it. */
  requested: string | undefined;
  /** What the last token response granted. */
  granted: string | undefined;
  /** What the authorization behind the current token asked for; `undefined` when this process did not see it. */
  authorized: string | undefined;
  /** The part of {@link requested} that was really sent; the rest has only been challenged for. */
  asked: string | undefined;
  /** The last `resource_metadata` a challenge named. */
  resourceMetadataUrl: URL | undefined;
  /** What discovery found, for providers that do not keep it. */
  discovery: OAuthDiscoveryState | undefined;
  /** The flow that is running; whoever needs one waits for it. */
  flow: Promise<AuthResult | undefined> | undefined;
  /** The refresh under way, by the token that it uses up. */
  refreshing: { token: string; result: Promise<AuthResult | undefined> } | undefined;
  /** How many flows ended with a redirect or a failure: a request sent before the last one must not begin another. */
  setbacks = 0;
  /** What the last flow failed with; `undefined` when it ended with a redirect. */
  lastFailure: unknown;
  /** The operation that the last redirect was for. */
  pendingOperation: string | undefined;
  /** What the user or the server refused, by operation. */
  readonly refusals = new Map<string, string | undefined>();
  /** Whether what an earlier process stored has been read. */
  seeded = false;
  /** How often everything was forgotten: what was known before is of no use after. */
  generation = 0;
  /** Whether the user agent is being sent away, which may take until it is back. */
  isRedirecting = false;

  #everGranted: string | undefined;
  #challenged: string | undefined;
  #suspect: string | undefined;
  #issuer: string | undefined;

  /** @param resource URL of the MCP server, without fragment */
  constructor(readonly resource: string) {}

  /** Binds the record to the authorization server in use. One issuer's scopes mean nothing to another. */
  bind(issuer: string): void {
    if (this.#issuer !== undefined && this.#issuer !== issuer) {
      const challenged = this.#challenged;
      this.forget();
      this.challenge(challenged);
    }
    this.#issuer = issuer;
  }

  /**
   * Adds to what has been asked for.
   * @throws {OAuthClientFlowError} and adds nothing, when that would be too much
   */
  request(scope: string | undefined): void {
    const requested = mergeScopes(this.requested, scope);
    assertBounded(requested);
    this.requested = requested;
  }

  /** Notes what was sent to the authorization server. */
  ask(scope: string | undefined): void {
    this.request(scope);
    this.asked = mergeScopes(this.asked, scope);
  }

  /** Notes what new tokens carry. */
  grant(scope: string | undefined): void {
    this.granted = scope;
    this.#challenged = undefined;
    this.#everGranted = mergeScopes(this.#everGranted, scope);
  }

  /** Notes that a flow ended without a token. */
  setBack(failure?: unknown): void {
    this.setbacks++;
    this.lastFailure = failure;
  }

  /**
   * Adds what a challenge names. What was kept after `invalid_scope` only because the challenge of that time named it
   * goes, unless this one names it, too.
   * @throws {OAuthClientFlowError} and adds nothing, when that would be too much
   */
  challenge(scope: string | undefined): void {
    const requested = mergeScopes(missingScope(this.requested, missingScope(this.#suspect, scope)), scope);
    assertBounded(requested);
    this.requested = requested;
    this.#suspect = undefined;
    this.#challenged = scope;
  }

  /** Drops what the server called invalid: whatever was never granted and is not what the last challenge names. */
  dropInvalid(): void {
    const neverGranted = missingScope(this.requested, this.#everGranted);
    const dropped = missingScope(neverGranted, this.#challenged);
    this.#suspect = missingScope(neverGranted, dropped);
    this.requested = missingScope(this.requested, dropped);
    this.asked = missingScope(this.asked, dropped);
  }

  /** {@link requested} as the next process should know it: without what the server called invalid. */
  get durable(): string | undefined {
    return missingScope(this.requested, this.#suspect);
  }

  /** Waits for the flow that is running, if any. A flow that waits for the user agent itself is not waited for. */
  async idle(): Promise<void> {
    while (this.flow !== undefined && !this.isRedirecting) await this.flow.catch(() => undefined);
  }

  /** Lets what was refused be asked for again. */
  pardon(): void {
    this.refusals.clear();
    this.authorized = undefined;
  }

  /** Takes over what an earlier process stored. */
  seed(tokens: StoredOAuthTokens | undefined, state: OAuthDiscoveryState | undefined): void {
    const stateIssuer = state?.authorizationServerMetadata?.issuer ?? state?.authorizationServerUrl;
    const sameIssuer = stateIssuer === undefined || tokens?.issuer === undefined || tokens.issuer === stateIssuer;
    this.#issuer ??= stateIssuer ?? tokens?.issuer;
    if (sameIssuer) {
      this.ask(tokens?.scope);
      if (this.granted === undefined) this.grant(tokens?.scope);
    }
    this.ask(state?.requestedScope);
    if (state?.resourceMetadataUrl !== undefined && URL.canParse(state.resourceMetadataUrl)) {
      this.resourceMetadataUrl ??= new URL(state.resourceMetadataUrl);
    }
  }

  /** Drops every scope, those that storage still holds included. */
  forget(): void {
    this.requested = this.asked = this.granted = undefined;
    this.#everGranted = this.#challenged = this.#suspect = undefined;
    this.pardon();
    this.seeded = true;
    this.generation++;
  }
}

/** The ledgers of one provider, by resource. */
interface ProviderLedgers {
  byResource: Map<string, ScopeLedger>;
  /** Whether what an earlier process stored is to be ignored. */
  isForgotten: boolean;
}

const providers = new WeakMap<object, ProviderLedgers>();

function ledgersOf(provider: object): ProviderLedgers {
  let ledgers = providers.get(provider);
  if (ledgers === undefined) providers.set(provider, (ledgers = { byResource: new Map(), isForgotten: false }));
  return ledgers;
}

/** The ledger of a provider and a resource: one object for as long as the provider lives. */
export function ledgerFor(provider: object, serverUrl: string | URL): ScopeLedger {
  const resource = resourceUrlFromServerUrl(serverUrl).href;
  const { byResource, isForgotten } = ledgersOf(provider);
  let ledger = byResource.get(resource);
  if (ledger === undefined) {
    ledger = new ScopeLedger(resource);
    ledger.seeded = isForgotten;
    byResource.set(resource, ledger);
  }
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
      ? ledgersOf(provider).byResource.size === 1
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
  if (resource !== undefined) {
    ledgerFor(provider, resource).forget();
    return;
  }
  const ledgers = ledgersOf(provider);
  ledgers.isForgotten = true;
  for (const ledger of ledgers.byResource.values()) ledger.forget();
}

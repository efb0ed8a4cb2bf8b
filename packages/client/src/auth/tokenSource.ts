import type { AuthProvider, FetchLike, OAuthClientProvider } from '@scopeful/core';
import {
  authorizeResource,
  currentTokens,
  laneOf,
  type FlowOptions,
  type FlowOutcome,
  isOAuthClientProvider,
  type ScopeLedger,
  seedLedger,
  tolerantProvider,
  UnauthorizedError
} from '@scopeful/core/engine';
import { isDpopBound } from './signRequests.js';

/** The access token to send, and how it is presented; one bound to a key is signed for (RFC 9449 §7.1). */
export interface CurrentToken {
  token: string | undefined;
  scheme: 'Bearer' | 'DPoP';
}

/** A flow as the authorizer orders it; the rest is the token source's to know. */
export type FlowOrder = Omit<FlowOptions, 'serverUrl' | 'fetchFn'>;

/** Where a transport's tokens come from. */
export interface TokenSource {
  /** Whether the tokens are an OAuth client's, which can refresh, step up and sign in. */
  readonly isOAuth: boolean;
  /** Whether a new authorization needs a person. */
  readonly hasUser: boolean;
  current(): Promise<CurrentToken>;
  /** Obtains a new token, sends the user to do so, or completes what a redirect began. */
  run(order: FlowOrder, rejection?: Response): Promise<FlowOutcome>;
}

/** The settings that authorizations of this server are made with. */
export interface AuthorizationSettings {
  serverUrl: URL;
  /** The fetch of OAuth requests. */
  authFetch: FetchLike;
  skipIssuerMetadataValidation?: boolean;
  allowMissingPkceMetadata?: boolean;
}

/** The tokens of an OAuth client. */
class OAuthTokenSource implements TokenSource {
  readonly isOAuth = true;
  readonly #tolerant: OAuthClientProvider;

  constructor(
    readonly provider: OAuthClientProvider,
    readonly ledger: ScopeLedger,
    readonly settings: AuthorizationSettings
  ) {
    this.#tolerant = tolerantProvider(provider);
  }

  get hasUser(): boolean {
    return this.#tolerant.redirectUrl !== undefined;
  }

  async current(): Promise<CurrentToken> {
    if (!this.ledger.isSeeded) await seedLedger(this.ledger, this.#tolerant);
    const tokens = await currentTokens(this.#tolerant, this.ledger, this.provider);
    const isBound = isDpopBound(tokens?.token_type) && (await this.#tolerant.dpop?.()) !== undefined;
    return { token: tokens?.access_token, scheme: isBound ? 'DPoP' : 'Bearer' };
  }

  run(order: FlowOrder): Promise<FlowOutcome> {
    const { serverUrl, authFetch: fetchFn, skipIssuerMetadataValidation, allowMissingPkceMetadata } = this.settings;
    const { resourceMetadataUrl } = this.ledger;
    const common = { serverUrl, fetchFn, skipIssuerMetadataValidation, allowMissingPkceMetadata, resourceMetadataUrl };
    return authorizeResource(this.provider, { ...common, ...order });
  }
}

/** Tokens from somewhere else. */
class BearerTokenSource implements TokenSource {
  readonly isOAuth = false;
  readonly hasUser = false;

  constructor(
    readonly provider: AuthProvider,
    readonly ledger: ScopeLedger,
    readonly settings: AuthorizationSettings
  ) {}

  async current(): Promise<CurrentToken> {
    return { token: (await this.provider.token()) ?? undefined, scheme: 'Bearer' };
  }

  run({ signal }: FlowOrder, response?: Response): Promise<FlowOutcome> {
    return laneOf(this.ledger).run(() => this.#renew(response), signal);
  }

  async #renew(response: Response | undefined): Promise<FlowOutcome> {
    const { serverUrl, authFetch: fetchFn } = this.settings;
    if (response === undefined)
      throw new UnauthorizedError('finishAuth() needs an OAuthClientProvider as authProvider.');
    if (this.provider.onUnauthorized === undefined) {
      throw new UnauthorizedError(
        `${serverUrl.href} rejected the token (HTTP ${response.status}), and the authProvider has no onUnauthorized().`
      );
    }
    await this.provider.onUnauthorized({ response, serverUrl, fetchFn });
    return { status: 'AUTHORIZED' };
  }
}

/** Chooses how tokens are obtained, by what the provider offers. */
export function tokenSourceFor(
  provider: AuthProvider | OAuthClientProvider,
  ledger: ScopeLedger,
  settings: AuthorizationSettings
): TokenSource {
  return isOAuthClientProvider(provider)
    ? new OAuthTokenSource(provider, ledger, settings)
    : new BearerTokenSource(provider, ledger, settings);
}

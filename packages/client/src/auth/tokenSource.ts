import type { AuthProvider, AuthResult, FetchLike, OAuthClientProvider, OAuthServerInfo } from '@scopeful/core';
import {
  authorizeResource,
  type FlowEvent,
  type FlowOptions,
  isOAuthClientProvider,
  type ScopeLedger,
  seedLedger,
  UnauthorizedError
} from '@scopeful/core/engine';
import { isDpopBound } from './dpopFetch.js';

/** The access token to send, and what is known to have been granted with it. */
export interface CurrentToken {
  token: string | undefined;
  /** How the token is presented; that of one bound to a key is signed for (RFC 9449 §7.1). */
  scheme: 'Bearer' | 'DPoP';
  granted: string | undefined;
}

/** Who is told about a flow, and what stops it. */
interface FlowControl {
  onEvent: (event: FlowEvent) => void;
  signal: AbortSignal;
}

/** What a flow is to do. */
export interface FlowRequest extends FlowControl {
  /** The response that called for it. */
  response: Response;
  /** The scope to ask for, as of the moment the request is built. */
  scope: (server: OAuthServerInfo) => string | undefined;
  forceReauthorization: boolean;
}

/** Where a transport's tokens come from. */
export interface Credentials {
  /** Whether a scope challenge can be met at all. */
  readonly canStepUp: boolean;
  current(): Promise<CurrentToken>;
  /** Obtains a new token, or sends the user to do so. */
  renew(request: FlowRequest): Promise<AuthResult>;
  /** Completes what a redirect began. */
  finish(response: URLSearchParams, checkState: boolean, control: FlowControl): Promise<AuthResult>;
}

/** What authorizations of this server are made with. */
export interface AuthorizationSettings {
  serverUrl: URL;
  /** The fetch of OAuth requests. */
  authFetch: FetchLike;
  skipIssuerMetadataValidation?: boolean;
  allowMissingPkceMetadata?: boolean;
}

/** An OAuth client: can refresh, step up, and sign in. */
class OAuthCredentials implements Credentials {
  readonly canStepUp = true;

  constructor(
    readonly provider: OAuthClientProvider,
    readonly ledger: ScopeLedger,
    readonly settings: AuthorizationSettings
  ) {}

  async current(): Promise<CurrentToken> {
    if (!this.ledger.seeded) await seedLedger(this.ledger, this.provider);
    const tokens = await this.provider.tokens();
    const isBound = isDpopBound(tokens?.token_type) && (await this.provider.dpop?.()) !== undefined;
    return {
      token: tokens?.access_token,
      scheme: isBound ? 'DPoP' : 'Bearer',
      granted: tokens?.scope ?? this.ledger.granted
    };
  }

  renew({ response: _response, ...request }: FlowRequest): Promise<AuthResult> {
    const revalidate = request.forceReauthorization ? undefined : 'before redirect';
    return this.#authorize({ ...request, revalidate });
  }

  finish(response: URLSearchParams, checkState: boolean, control: FlowControl): Promise<AuthResult> {
    const scope = (): string | undefined => this.ledger.requested;
    return this.#authorize({ ...control, scope, response, checkState });
  }

  #authorize(flow: Omit<FlowOptions, 'serverUrl'>): Promise<AuthResult> {
    const { serverUrl, authFetch: fetchFn, skipIssuerMetadataValidation, allowMissingPkceMetadata } = this.settings;
    const { resourceMetadataUrl } = this.ledger;
    return authorizeResource(this.provider, {
      serverUrl,
      fetchFn,
      skipIssuerMetadataValidation,
      allowMissingPkceMetadata,
      resourceMetadataUrl,
      ...flow
    });
  }
}

/** A token from somewhere else. */
class TokenCredentials implements Credentials {
  readonly canStepUp = false;

  constructor(
    readonly provider: AuthProvider,
    readonly settings: AuthorizationSettings
  ) {}

  async current(): Promise<CurrentToken> {
    return { token: await this.provider.token(), scheme: 'Bearer', granted: undefined };
  }

  async renew({ response }: FlowRequest): Promise<AuthResult> {
    const { serverUrl, authFetch: fetchFn } = this.settings;
    if (this.provider.onUnauthorized === undefined) {
      throw new UnauthorizedError(
        `${serverUrl.href} rejected the token (HTTP ${response.status}), and the authProvider has no onUnauthorized() to get another.`
      );
    }
    await this.provider.onUnauthorized({ response, serverUrl, fetchFn });
    return { status: 'AUTHORIZED' };
  }

  finish(): Promise<AuthResult> {
    return Promise.reject(new UnauthorizedError('finishAuth() needs an OAuthClientProvider as authProvider.'));
  }
}

/** Chooses how tokens are obtained, by what the provider offers. */
export function credentialsFor(
  provider: AuthProvider | OAuthClientProvider,
  ledger: ScopeLedger,
  settings: AuthorizationSettings
): Credentials {
  return isOAuthClientProvider(provider)
    ? new OAuthCredentials(provider, ledger, settings)
    : new TokenCredentials(provider, settings);
}

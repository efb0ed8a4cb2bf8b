import type {
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens
} from '@scopeful/client';

export interface MemoryProviderOptions {
  /** Never opened by `signIn`, which stops in front of it. */
  redirectUrl?: string;
  clientMetadata?: Partial<OAuthClientMetadata>;
  /** A client that needs no registration. */
  clientInformation?: StoredOAuthClientInformation;
}

type InvalidationScope = 'all' | 'client' | 'tokens' | 'verifier' | 'discovery';

/** An OAuth client whose storage is this object, and which records what it was asked to do. */
export class MemoryProvider implements OAuthClientProvider {
  /** Every authorization URL the user was to be sent to. */
  readonly authorizationUrls: URL[] = [];
  /** Every set of tokens that was stored. */
  readonly savedTokens: StoredOAuthTokens[] = [];
  readonly invalidations: InvalidationScope[] = [];
  /** No other process can have this object. */
  readonly sharesStorage: boolean = false;
  readonly redirectUrl: string;
  readonly clientMetadata: OAuthClientMetadata;

  #clientInformation: StoredOAuthClientInformation | undefined;
  #tokens: StoredOAuthTokens | undefined;
  #codeVerifier: string | undefined;
  #state: string | undefined;
  #discoveryState: OAuthDiscoveryState | undefined;

  constructor(options: MemoryProviderOptions = {}) {
    this.redirectUrl = options.redirectUrl ?? 'http://127.0.0.1/callback';
    this.#clientInformation = options.clientInformation;
    this.clientMetadata = {
      client_name: 'Scopeful',
      redirect_uris: [this.redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      ...options.clientMetadata
    };
  }

  /** What another process would have that finds the same storage. */
  restarted(): MemoryProvider {
    const other = new MemoryProvider({ redirectUrl: this.redirectUrl, clientMetadata: this.clientMetadata });
    other.#clientInformation = this.#clientInformation;
    other.#tokens = this.#tokens;
    other.#codeVerifier = this.#codeVerifier;
    other.#state = this.#state;
    other.#discoveryState = this.#discoveryState;
    return other;
  }

  state(): string {
    this.#state = crypto.randomUUID();
    return this.#state;
  }

  savedState(): string | undefined {
    return this.#state;
  }

  clientInformation(): StoredOAuthClientInformation | undefined {
    return this.#clientInformation;
  }

  saveClientInformation(information: StoredOAuthClientInformation): void {
    this.#clientInformation = information;
  }

  tokens(): StoredOAuthTokens | undefined {
    return this.#tokens;
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    this.#tokens = tokens;
    this.savedTokens.push(tokens);
  }

  redirectToAuthorization(authorizationUrl: URL): void {
    this.authorizationUrls.push(authorizationUrl);
  }

  saveCodeVerifier(codeVerifier: string): void {
    this.#codeVerifier = codeVerifier;
  }

  codeVerifier(): string {
    if (this.#codeVerifier === undefined) throw new Error('no authorization request is under way');
    return this.#codeVerifier;
  }

  saveDiscoveryState(state: OAuthDiscoveryState): void {
    this.#discoveryState = state;
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.#discoveryState;
  }

  invalidateCredentials(scope: InvalidationScope): void {
    this.invalidations.push(scope);
    if (scope === 'all' || scope === 'client') this.#clientInformation = undefined;
    if (scope === 'all' || scope === 'tokens') this.#tokens = undefined;
    if (scope === 'all' || scope === 'verifier') this.#codeVerifier = undefined;
    if (scope === 'all' || scope === 'discovery') this.#discoveryState = undefined;
  }
}

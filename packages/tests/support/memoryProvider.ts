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

  private _clientInformation: StoredOAuthClientInformation | undefined;
  private _tokens: StoredOAuthTokens | undefined;
  private _codeVerifier: string | undefined;
  private _state: string | undefined;
  private _discoveryState: OAuthDiscoveryState | undefined;

  constructor(options: MemoryProviderOptions = {}) {
    this.redirectUrl = options.redirectUrl ?? 'http://127.0.0.1/callback';
    this._clientInformation = options.clientInformation;
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
    other._clientInformation = this._clientInformation;
    other._tokens = this._tokens;
    other._codeVerifier = this._codeVerifier;
    other._state = this._state;
    other._discoveryState = this._discoveryState;
    return other;
  }

  state(): string {
    this._state = crypto.randomUUID();
    return this._state;
  }

  savedState(): string | undefined {
    return this._state;
  }

  clientInformation(): StoredOAuthClientInformation | undefined {
    return this._clientInformation;
  }

  saveClientInformation(information: StoredOAuthClientInformation): void {
    this._clientInformation = information;
  }

  tokens(): StoredOAuthTokens | undefined {
    return this._tokens;
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    this._tokens = tokens;
    this.savedTokens.push(tokens);
  }

  redirectToAuthorization(authorizationUrl: URL): void {
    this.authorizationUrls.push(authorizationUrl);
  }

  saveCodeVerifier(codeVerifier: string): void {
    this._codeVerifier = codeVerifier;
  }

  codeVerifier(): string {
    if (this._codeVerifier === undefined) throw new Error('no authorization request is under way');
    return this._codeVerifier;
  }

  saveDiscoveryState(state: OAuthDiscoveryState): void {
    this._discoveryState = state;
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this._discoveryState;
  }

  invalidateCredentials(scope: InvalidationScope): void {
    this.invalidations.push(scope);
    if (scope === 'all' || scope === 'client') this._clientInformation = undefined;
    if (scope === 'all' || scope === 'tokens') this._tokens = undefined;
    if (scope === 'all' || scope === 'verifier') this._codeVerifier = undefined;
    if (scope === 'all' || scope === 'discovery') this._discoveryState = undefined;
  }
}

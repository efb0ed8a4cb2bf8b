import { randomUUID } from 'node:crypto';
import { sorted } from './scopes.js';

/** What a host keeps for one server: plain data, as if it were in a file. */
export interface Storage {
  client?: Record<string, unknown>;
  tokens?: { access_token: string; token_type: string; scope?: string; refresh_token?: string; issuer?: string };
  verifier?: string;
  state?: string;
  discovery?: Record<string, unknown>;
}

export interface ProviderSettings {
  /** Added to, or in place of, the metadata of a public client with refresh tokens. */
  clientMetadata?: Record<string, unknown>;
  /** Whether the optional methods for discovery state are there; yes by default. */
  keepsDiscovery?: boolean;
  /** Whether members of stored tokens and clients are kept that RFC 6749 does not name; yes by default. */
  keepsStamps?: boolean;
  /** A client that was registered by hand: there is no method to save another. */
  client?: Record<string, unknown>;
  /** Where the client's metadata document is. */
  clientMetadataUrl?: string;
  /** A client without a user: `client_credentials`. */
  isMachine?: boolean;
  /** The `scope` of refresh requests. */
  scopeForRefresh?: string;
}

type InvalidationScope = 'all' | 'client' | 'tokens' | 'verifier' | 'discovery';

/** The client that a machine is, everywhere it was not told otherwise. */
export const MACHINE = { client_id: 'machine', client_secret: 'a-secret-of-the-machine' };

/** The host's OAuthClientProvider, to upstream's interface. It records what it is told. */
export class HostProvider {
  /** Where the user was to be sent, in order. */
  readonly prompts: URL[] = [];
  /** Storage as it was when the user was sent away last: what another process would find. */
  storageAtPrompt: Storage = {};
  /** What saving tokens fails with. */
  savingFails: Error | undefined;
  /** Everything that was to be given up, and what was said about it. */
  readonly invalidations: { scope: string; details: unknown }[] = [];
  /** What reading storage waits for. */
  reading: Promise<void> | undefined;
  /** What sending the user away resolves to; nothing, by default. */
  redirecting: ((url: URL) => unknown) | undefined;

  readonly redirectUrl: string | undefined;
  readonly clientMetadataUrl?: string;
  readonly clientMetadata: Record<string, unknown>;
  readonly saveClientInformation?: (client: Record<string, unknown>) => void;
  readonly discoveryState?: () => Storage['discovery'];
  readonly saveDiscoveryState?: (state: Record<string, unknown>) => void;
  readonly prepareTokenRequest?: (scope?: string) => URLSearchParams;
  readonly scopeForRefresh?: () => string;

  constructor(
    readonly settings: ProviderSettings,
    readonly onPrompt: (url: URL) => void,
    readonly storage: Storage = {}
  ) {
    const { clientMetadata, clientMetadataUrl, client, isMachine = false, keepsDiscovery = true } = settings;
    const { scopeForRefresh } = settings;
    this.redirectUrl = isMachine ? undefined : 'http://127.0.0.1/callback';
    this.clientMetadata = {
      client_name: 'Scope suite',
      redirect_uris: isMachine ? [] : [this.redirectUrl],
      grant_types: isMachine ? ['client_credentials'] : ['authorization_code', 'refresh_token'],
      response_types: isMachine ? [] : ['code'],
      token_endpoint_auth_method: isMachine ? 'client_secret_basic' : 'none',
      ...clientMetadata
    };
    if (isMachine) {
      storage.client ??= MACHINE;
      this.prepareTokenRequest = scope => {
        const grant = new URLSearchParams({ grant_type: 'client_credentials' });
        if (scope !== undefined && scope !== '') grant.set('scope', scope);
        return grant;
      };
    }
    if (clientMetadataUrl !== undefined) this.clientMetadataUrl = clientMetadataUrl;
    if (client !== undefined) storage.client ??= client;
    else this.saveClientInformation = information => (this.storage.client = information);
    if (keepsDiscovery) {
      this.discoveryState = () => this.storage.discovery;
      this.saveDiscoveryState = state => (this.storage.discovery = structuredClone(state));
    }
    if (scopeForRefresh !== undefined) this.scopeForRefresh = () => scopeForRefresh;
  }

  /** The provider of another process that finds this storage. */
  restarted(storage: Storage = this.storage): HostProvider {
    return new HostProvider(this.settings, this.onPrompt, JSON.parse(JSON.stringify(storage)) as Storage);
  }

  /** The provider of a process that runs beside this one, on the same storage. */
  beside(): HostProvider {
    return new HostProvider(this.settings, this.onPrompt, this.storage);
  }

  /** The scope of the stored tokens. */
  get storedScope(): string | undefined {
    return sorted(this.storage.tokens?.scope);
  }

  state(): string {
    return (this.storage.state = randomUUID());
  }

  savedState(): string | undefined {
    return this.storage.state;
  }

  async clientInformation(): Promise<Storage['client']> {
    await this.reading;
    return this.storage.client;
  }

  tokens(): Storage['tokens'] {
    return this.storage.tokens;
  }

  saveTokens(tokens: NonNullable<Storage['tokens']>): void {
    if (this.savingFails !== undefined) throw this.savingFails;
    const { access_token, token_type, scope, refresh_token } = tokens;
    this.storage.tokens =
      this.settings.keepsStamps === false ? { access_token, token_type, scope, refresh_token } : tokens;
  }

  redirectToAuthorization(url: URL): unknown {
    this.storageAtPrompt = JSON.parse(JSON.stringify(this.storage)) as Storage;
    this.prompts.push(url);
    this.onPrompt(url);
    return this.redirecting?.(url);
  }

  saveCodeVerifier(verifier: string): void {
    this.storage.verifier = verifier;
  }

  codeVerifier(): string {
    if (this.storage.verifier === undefined) throw new Error('there is no code verifier in storage');
    return this.storage.verifier;
  }

  invalidateCredentials(scope: InvalidationScope, details?: unknown): void {
    const { storage } = this;
    this.invalidations.push({ scope, details });
    if (scope === 'all' || scope === 'client') delete storage.client;
    if (scope === 'all' || scope === 'tokens') delete storage.tokens;
    if (scope === 'all' || scope === 'verifier') delete storage.verifier;
    if (scope === 'all' || scope === 'discovery') delete storage.discovery;
  }
}

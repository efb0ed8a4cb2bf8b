import { randomUUID } from 'node:crypto';
import type {
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens
} from '@scopeful/client';

/** The metadata document that the suite expects of clients that have one. */
const METADATA_URL = 'https://conformance-test.local/client-metadata.json';

/** An OAuth client whose user always agrees, at once. */
export class ConformanceProvider implements OAuthClientProvider {
  readonly redirectUrl = 'http://localhost:3000/callback';
  readonly clientMetadataUrl = METADATA_URL;
  readonly clientMetadata: OAuthClientMetadata = {
    client_name: 'scopeful-conformance',
    redirect_uris: [this.redirectUrl],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code']
  };
  #client: StoredOAuthClientInformation | undefined;
  #tokens: StoredOAuthTokens | undefined;
  #verifier = '';
  #state = '';
  #discovery: OAuthDiscoveryState | undefined;
  #authorizationUrl: URL | undefined;

  constructor(registered: { client_id?: string; client_secret?: string }) {
    const { client_id, client_secret } = registered;
    if (client_id !== undefined) this.#client = { client_id, client_secret };
  }

  /** Follows the authorization URL as a browser would, and returns what the callback carries. */
  async callback(): Promise<URLSearchParams> {
    if (this.#authorizationUrl === undefined) throw new Error('no authorization is under way');
    const response = await fetch(this.#authorizationUrl, { redirect: 'manual' });
    return new URL(response.headers.get('location') ?? '', this.redirectUrl).searchParams;
  }

  state(): string {
    return (this.#state = randomUUID());
  }

  savedState(): string | undefined {
    return this.#state;
  }

  clientInformation(): StoredOAuthClientInformation | undefined {
    return this.#client;
  }

  saveClientInformation(client: StoredOAuthClientInformation): void {
    this.#client = client;
  }

  tokens(): StoredOAuthTokens | undefined {
    return this.#tokens;
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    this.#tokens = tokens;
  }

  redirectToAuthorization(url: URL): void {
    this.#authorizationUrl = url;
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    return this.#verifier;
  }

  saveDiscoveryState(state: OAuthDiscoveryState): void {
    this.#discovery = state;
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.#discovery;
  }

  invalidateCredentials(scope: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): void {
    if (scope === 'client' || scope === 'all') this.#client = undefined;
    if (scope === 'tokens' || scope === 'all') this.#tokens = undefined;
    if (scope === 'discovery' || scope === 'all') this.#discovery = undefined;
  }
}

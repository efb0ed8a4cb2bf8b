import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type {
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens
} from '@scopeful/client';

interface Storage {
  client?: StoredOAuthClientInformation;
  tokens?: StoredOAuthTokens;
  verifier?: string;
  discovery?: OAuthDiscoveryState;
  authorizationUrl?: string;
}

/** An OAuth client whose storage is a file, so that one process can go on where another stopped. */
export class FileProvider implements OAuthClientProvider {
  readonly redirectUrl = 'http://127.0.0.1/callback';
  readonly clientMetadata: OAuthClientMetadata = { client_name: 'Restarted', redirect_uris: [this.redirectUrl] };

  constructor(readonly file: string) {}

  read(): Storage {
    return existsSync(this.file) ? (JSON.parse(readFileSync(this.file, 'utf8')) as Storage) : {};
  }

  clientInformation(): StoredOAuthClientInformation | undefined {
    return this.read().client;
  }

  saveClientInformation(client: StoredOAuthClientInformation): void {
    this.#write({ client });
  }

  tokens(): StoredOAuthTokens | undefined {
    return this.read().tokens;
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    this.#write({ tokens });
  }

  redirectToAuthorization(url: URL): void {
    this.#write({ authorizationUrl: url.href });
  }

  saveCodeVerifier(verifier: string): void {
    this.#write({ verifier });
  }

  codeVerifier(): string {
    return this.read().verifier ?? '';
  }

  saveDiscoveryState(discovery: OAuthDiscoveryState): void {
    this.#write({ discovery });
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.read().discovery;
  }

  #write(part: Storage): void {
    writeFileSync(this.file, JSON.stringify({ ...this.read(), ...part }));
  }
}

import type { DpopSession } from '@scopeful/client';
import { MemoryProvider } from '../support/memoryProvider.js';

/** An OAuth client whose user always agrees, at once. */
export class ConformanceProvider extends MemoryProvider {
  /** The metadata document that the suite expects of clients that have one. */
  readonly clientMetadataUrl = 'https://conformance-test.local/client-metadata.json';

  readonly #session: DpopSession | undefined;

  /** @param session binds its tokens to a key */
  constructor(
    { client_id: clientId, client_secret: clientSecret }: { client_id?: string; client_secret?: string },
    session?: DpopSession
  ) {
    super({
      redirectUrl: 'http://localhost:3000/callback',
      // How it authenticates is for the server to say.
      clientMetadata: { client_name: 'scopeful-conformance', token_endpoint_auth_method: undefined },
      clientInformation: clientId === undefined ? undefined : { client_id: clientId, client_secret: clientSecret }
    });
    this.#session = session;
  }

  dpop(): DpopSession | undefined {
    return this.#session;
  }

  /** Follows the last authorization URL as a browser would, and returns what the callback carries. */
  async callback(): Promise<URLSearchParams> {
    const url = this.authorizationUrls.at(-1);
    if (url === undefined) throw new Error('no authorization is under way');
    const response = await fetch(url, { redirect: 'manual' });
    return new URL(response.headers.get('location') ?? '', this.redirectUrl).searchParams;
  }
}

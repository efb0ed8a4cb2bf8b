import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@scopeful/client';
import type { MemoryProvider } from '../support/memoryProvider.js';
import { splitScope, type Challenge, type Step } from './timeline.js';

/** Sends the user to an authorization URL and answers with the parameters of the callback. */
export type Browser = (authorizationUrl: URL, operation: string) => Promise<URLSearchParams>;

const MAXIMUM_AUTHORIZATIONS = 5;

/** A client on its way through a server's operations, which signs in whenever one of them asks for it. */
export class Journey {
  readonly client = new Client({ name: 'scopeful-demo', version: '1.0.0' });
  readonly steps: Step[] = [];
  readonly #serverUrl: URL;
  readonly #provider: MemoryProvider;
  readonly #browser: Browser;
  #transport: StreamableHTTPClientTransport;
  #challenge: Challenge | undefined;

  constructor(serverUrl: URL, provider: MemoryProvider, browser: Browser) {
    this.#serverUrl = serverUrl;
    this.#provider = provider;
    this.#browser = browser;
    this.#transport = this.#createTransport();
  }

  async connect(): Promise<void> {
    await this.run('connect', async () => {
      // A transport that failed to connect cannot be started again; what it learned is kept for the next one.
      this.#transport = this.#createTransport();
      await this.client.connect(this.#transport);
    });
  }

  /** Runs an operation, and again after each authorization it turns out to need. */
  async run<T>(operation: string, work: () => Promise<T>): Promise<T> {
    for (let authorizations = 0; authorizations <= MAXIMUM_AUTHORIZATIONS; authorizations += 1) {
      this.#challenge = undefined;
      try {
        const result = await work();
        if (authorizations === 0) this.steps.push({ operation });
        return result;
      } catch (error) {
        if (!(error instanceof UnauthorizedError)) throw error;
      }
      await this.#authorize(operation);
    }
    throw new Error(`${operation} is still refused after ${MAXIMUM_AUTHORIZATIONS} authorizations`);
  }

  async close(): Promise<void> {
    // A server may refuse to end sessions on request, and the demo is over either way.
    await this.#transport.terminateSession().catch(() => undefined);
    await this.client.close();
  }

  async #authorize(operation: string): Promise<void> {
    const scopes = this.#provider.authorizationUrls.map(url => url.searchParams.get('scope') ?? undefined);
    const url = this.#provider.authorizationUrls.at(-1);
    if (url === undefined) throw new Error(`${operation} was refused without an authorization request`);
    const step: Step = {
      operation,
      previous: [...new Set(scopes.slice(0, -1).flatMap(splitScope))].join(' '),
      ...(this.#challenge !== undefined && { challenge: this.#challenge }),
      ...(scopes.at(-1) !== undefined && { requested: scopes.at(-1) })
    };
    await this.#transport.finishAuth(await this.#browser(url, operation));
    this.steps.push({ ...step, granted: this.#provider.tokens()?.scope });
  }

  #createTransport(): StreamableHTTPClientTransport {
    return new StreamableHTTPClientTransport(this.#serverUrl, {
      authProvider: this.#provider,
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        if (String(url) === this.#serverUrl.href) this.#observe(response);
        return response;
      }
    });
  }

  /** For display only; reading challenges properly is the client's work. */
  #observe({ status, headers }: Response): void {
    if (status !== 401 && status !== 403) return;
    const scope = /\bscope="([^"]*)"/.exec(headers.get('www-authenticate') ?? '')?.[1];
    this.#challenge = { status, scope };
  }
}

import type { HostProvider } from '../harness/provider.js';

/** What not every client has, so that a scenario about it is asked only of those that do. */
export type Feature =
  /** `finishAuth()` takes the parameters of the callback, and `auth()` its `iss`. */
  | 'callback parameters'
  /** The options `onInsufficientScope` and `maxStepUpRetries`, and the error class that goes with them. */
  | 'step-up options'
  /** `auth()` with `forceReauthorization`. */
  | 'forced reauthorization'
  /** `scopeForRefresh()` of the provider. */
  | 'scope for refresh'
  /** What Scopeful alone offers. */
  | 'own';

export interface McpClient {
  connect(transport: HttpTransport): Promise<void>;
  callTool(params: { name: string }, ...options: unknown[]): Promise<unknown>;
  close(): Promise<void>;
}

export interface HttpTransport {
  onerror?: (error: Error) => void;
  finishAuth(callback: URLSearchParams | string | null, iss?: string): Promise<void>;
  resumeStream?(lastEventId: string): Promise<void>;
  close(): Promise<void>;
}

/** What one request may be given. */
export interface CallOptions {
  signal?: AbortSignal;
  /** In milliseconds. */
  timeout?: number;
  /** In milliseconds. */
  maxTotalTimeout?: number;
}

export interface TransportOptions {
  fetch?: typeof fetch;
  reconnectionOptions?: {
    initialReconnectionDelay: number;
    maxReconnectionDelay: number;
    reconnectionDelayGrowFactor: number;
    maxRetries: number;
  };
  onInsufficientScope?: unknown;
  maxStepUpRetries?: number;
  flowTimeout?: number;
  onauth?: (event: Record<string, unknown>) => void;
}

export interface AuthOptions {
  serverUrl: URL;
  scope?: string;
  authorizationCode?: string;
  iss?: string;
  forceReauthorization?: boolean;
}

export interface AuthOutcome {
  readonly status: string;
  readonly resolvedScope?: string;
}

type TransportClass = new (url: URL, options: TransportOptions & { authProvider: HostProvider }) => HttpTransport;

/** The public names that a host works with. */
export interface ClientModule {
  readonly Client: new (info: { name: string; version: string }) => McpClient;
  readonly StreamableHTTPClientTransport: TransportClass;
  readonly SSEClientTransport: TransportClass;
  readonly UnauthorizedError: new (message?: string) => Error;
  readonly auth: (provider: HostProvider, options: AuthOptions) => Promise<string>;
  /** What `auth()` does, and the scope that was asked for; only Scopeful has it. */
  readonly authorize?: (provider: HostProvider, options: AuthOptions) => Promise<AuthOutcome>;
  readonly withOAuth: (
    provider: HostProvider,
    baseUrl: URL,
    options?: TransportOptions
  ) => (next: typeof fetch) => typeof fetch;
}

/** A client module with its peculiarities evened out. */
export interface ClientUnderTest {
  readonly module: ClientModule;
  /** Everything the module exports, for what only some have. */
  readonly exports: Readonly<Record<string, unknown>>;
  readonly offers: ReadonlySet<Feature>;
  call(client: McpClient, tool: string, options?: CallOptions): Promise<unknown>;
  finish(transport: HttpTransport, callback: URLSearchParams): Promise<void>;
  authorize(provider: HostProvider, options: AuthOptions): Promise<AuthOutcome>;
}

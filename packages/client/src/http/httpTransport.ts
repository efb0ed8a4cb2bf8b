import type {
  AuthEvent,
  AuthProvider,
  FetchLike,
  JSONRPCMessage,
  MessageExtraInfo,
  OAuthClientProvider,
  Transport,
  TransportSendOptions
} from '@scopeful/core';
import { asError, createFetchWithInit, sameOriginRedirects, SdkError, SdkErrorCode } from '@scopeful/core/engine';
import { Authorizer } from '../auth/authorizer.js';
import { signRequests } from '../auth/signRequests.js';
import type { InsufficientScopePolicy } from '../auth/stepUp.js';

/** What both HTTP transports can be told. */
export interface HttpTransportOptions {
  /** Tokens: a whole OAuth client, or a source of bearer tokens. */
  authProvider?: AuthProvider | OAuthClientProvider;
  /** Settings for every request. The transport's own headers take precedence over `headers` of the same name. */
  requestInit?: RequestInit;
  /** Replaces the global `fetch` for every request. */
  fetch?: FetchLike;
  /**
   * `'same-origin'` (default) follows a redirect only within the origin and with the same method; `'follow'` leaves
   * redirects to `fetch`.
   */
  redirectPolicy?: 'same-origin' | 'follow';
  /** Accept authorization server metadata that names another issuer. **Weakens security.** */
  skipIssuerMetadataValidation?: boolean;
  /** Proceed although authorization server metadata does not mention PKCE, as Microsoft Entra ID's does not. */
  allowMissingPkceMetadata?: boolean;
  /**
   * On a scope challenge: `'reauthorize'` (default) asks for more, `'throw'` throws {@link InsufficientScopeError}, a
   * function decides each time, before any redirect.
   */
  onInsufficientScope?: InsufficientScopePolicy;
  /** How often one send may step up before it throws {@link InsufficientScopeError}; default 1. */
  maxStepUpRetries?: number;
  /** Longest authorization, in milliseconds, not counting what the user does; default 300,000. */
  flowTimeout?: number;
  /** Told what happens to the authorization: scopes and operations, no secrets. What it throws goes to `onerror`. */
  onauth?: (event: AuthEvent) => void;
}

/** Tells whether something is a `URLSearchParams`, of another realm or library maybe. */
function isParameters(given: unknown): boolean {
  return typeof (given as URLSearchParams | null | undefined)?.getAll === 'function';
}

/**
 * Returns the fetch of OAuth requests: the transport's settings, except that its headers, which may hold an API key, go
 * to the MCP server's own origin only.
 */
function createAuthFetch(serverUrl: URL, send: FetchLike, options: HttpTransportOptions): FetchLike {
  const { headers, redirect, ...init } = options.requestInit ?? {};
  const toServer = createFetchWithInit(send, { ...init, headers });
  const toOthers = createFetchWithInit(send, init);
  const follow: RequestInit = options.redirectPolicy === 'follow' ? { redirect: redirect ?? 'follow' } : {};
  return (url, own) => {
    const request = new URL(url).origin === serverUrl.origin ? toServer : toOthers;
    return request(url, { ...own, ...follow });
  };
}

/** What the two HTTP transports share: settings, authorization, and the requests that are open. */
export abstract class HttpTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage, extra?: MessageExtraInfo) => void;
  /** Told what happens to the authorization. */
  onauth?: (event: AuthEvent) => void;

  protected readonly url: URL;
  protected readonly authorizer: Authorizer;
  protected isStarted = false;
  private readonly _settings: HttpTransportOptions;
  private _protocolVersion: string | undefined;
  private readonly _open = new Set<AbortController>();

  constructor(url: URL, options: HttpTransportOptions) {
    this.url = new URL(url);
    this._settings = options;
    const send: FetchLike = options.fetch ?? ((input, init) => fetch(input, init));
    this.authorizer = new Authorizer({
      serverUrl: this.url,
      provider: options.authProvider,
      fetch: this.decorate(send),
      authFetch: createAuthFetch(this.url, send, options),
      skipIssuerMetadataValidation: options.skipIssuerMetadataValidation,
      allowMissingPkceMetadata: options.allowMissingPkceMetadata,
      onInsufficientScope: options.onInsufficientScope,
      maxStepUpRetries: options.maxStepUpRetries,
      flowTimeout: options.flowTimeout,
      report: event => this.onauth?.(event),
      onerror: error => this.report(error)
    });
    if (options.onauth !== undefined) this.onauth = options.onauth;
  }

  /** Everything asked of the authorization server for this resource so far; shared through the ledger (R4, R5, R10). */
  private get _scope(): string | undefined {
    return this.authorizer.ledger.state.wanted;
  }

  abstract start(): Promise<void>;
  abstract send(message: JSONRPCMessage | JSONRPCMessage[], options?: TransportSendOptions): Promise<void>;

  /**
   * Completes an authorization: pass the parameters of the callback URL. `iss` and, when the provider implements
   * `savedState()`, `state` are checked before anything else in them is used.
   * @throws {IssuerMismatchError} when the response comes from another authorization server
   * @throws {OAuthError} when the authorization server refused
   */
  finishAuth(callbackParams: URLSearchParams): Promise<void>;
  /** Completes an authorization with its code alone; `state` is then yours to check. */
  finishAuth(authorizationCode: string, iss?: string): Promise<void>;
  finishAuth(response: URLSearchParams | string, iss?: string): Promise<void> {
    // A program in JavaScript may hand over what its callback did not have.
    const given: unknown = response;
    if (isParameters(given)) return this.authorizer.finish(new URLSearchParams(String(given)), true);
    if (typeof given === 'string' && given !== '')
      return this.authorizer.finish(new URLSearchParams({ code: given, ...(iss !== undefined && { iss }) }), false);
    const message = 'finishAuth() takes the parameters of the callback (a URLSearchParams), or its authorization code.';
    return Promise.reject(new TypeError(message));
  }

  /** Ends everything that is open, and calls `onclose`. */
  close(): Promise<void> {
    const wasStarted = this.isStarted;
    this.isStarted = false;
    this.authorizer.close();
    for (const controller of this._open)
      controller.abort(new SdkError(SdkErrorCode.ConnectionClosed, 'Connection closed'));
    this._open.clear();
    if (wasStarted) this.onclose?.();
    return Promise.resolve();
  }

  /** Sets the revision that `MCP-Protocol-Version` names on every request from now on. */
  setProtocolVersion(version: string): void {
    this._protocolVersion = version;
  }

  get protocolVersion(): string | undefined {
    return this._protocolVersion;
  }

  /**
   * Returns a fetch that signs what is to be signed, follows redirects as it may, and carries the caller's
   * `requestInit`.
   */
  protected decorate(send: FetchLike): FetchLike {
    const { authProvider, redirectPolicy, requestInit } = this._settings;
    const signed = signRequests(send, authProvider);
    return createFetchWithInit(redirectPolicy === 'follow' ? signed : sameOriginRedirects(signed), requestInit);
  }

  /** @throws {SdkError} with `NotConnected` before `start()` and after `close()` */
  protected assertStarted(): void {
    if (!this.isStarted)
      throw new SdkError(SdkErrorCode.NotConnected, `The transport to ${this.url.href} is not started.`);
  }

  /** @throws {SdkError} with `AlreadyConnected` when it is running */
  protected markStarted(): void {
    if (this.isStarted) {
      throw new SdkError(
        SdkErrorCode.AlreadyConnected,
        'The transport is already started: Client.connect() starts it.'
      );
    }
    this.isStarted = true;
  }

  /**
   * Makes an abort signal for one request, ended by `close()` or `outer`. Release it when the response has been read.
   */
  protected openRequest(outer?: AbortSignal): { signal: AbortSignal; release: () => void } {
    const controller = new AbortController();
    const forward = (): void => controller.abort(outer?.reason);
    if (outer?.aborted === true) forward();
    outer?.addEventListener('abort', forward);
    this._open.add(controller);
    return {
      signal: controller.signal,
      release: () => {
        outer?.removeEventListener('abort', forward);
        this._open.delete(controller);
      }
    };
  }

  /** Returns the headers that the protocol itself asks for. */
  protected protocolHeaders(): Record<string, string> {
    return this._protocolVersion === undefined ? {} : { 'mcp-protocol-version': this._protocolVersion };
  }

  protected report(error: unknown): void {
    this.onerror?.(asError(error));
  }
}

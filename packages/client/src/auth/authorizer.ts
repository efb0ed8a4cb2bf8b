import type { Operation } from '@scopeful/core';
import {
  assertSendable,
  type FlowLane,
  laneOf,
  ledgerFor,
  operationKey,
  refusalOf,
  ScopeLedger,
  UnauthorizedError,
  untilAborted
} from '@scopeful/core/engine';
import { noteToken } from './requestToken.js';
import type { Attempt, AuthorizerOptions, Recovery } from './recovery.js';
import { type CurrentToken, type TokenSource, tokenSourceFor } from './tokenSource.js';

function withToken(init: RequestInit, current: CurrentToken | undefined): RequestInit {
  if (current?.token === undefined) return init;
  assertSendable(current.token);
  const authorization = `${current.scheme} ${current.token}`;
  return { ...init, headers: { ...(init.headers as Record<string, string>), authorization } };
}

/**
 * The fetch of a protected resource: adds the token, and has what was turned away recovered from. What that takes is loaded
 * when it is needed: most connections never need it.
 */
export class Authorizer {
  readonly ledger: ScopeLedger;
  readonly #lane: FlowLane;
  readonly #tokens: TokenSource | undefined;
  readonly #options: AuthorizerOptions;
  #recovery: Promise<Recovery> | undefined;

  constructor(options: AuthorizerOptions) {
    const { provider, serverUrl } = options;
    this.ledger = provider === undefined ? new ScopeLedger(serverUrl.href) : ledgerFor(provider, serverUrl);
    this.#lane = laneOf(this.ledger);
    this.#tokens = provider === undefined ? undefined : tokenSourceFor(provider, this.ledger, options);
    this.#options = options;
  }

  /**
   * Sends a request with the current token, and again when that failed for a reason that could be cured.
   * @param init its headers, if any, are a plain record of names in lower case
   * @param send the fetch to use for this request
   * @param holdTimeout stops the clock of the request's timeout while a person is waited for
   * @throws {UnauthorizedError} when the user was sent to sign in
   * @throws {InsufficientScopeError} when the token's scope is too narrow and asking is not allowed or cannot help
   * @throws {SdkHttpError} for a 401 that nothing here can cure
   */
  async fetch(
    url: URL,
    init: RequestInit,
    operation: Operation,
    send = this.#options.fetch,
    holdTimeout?: () => () => void
  ): Promise<Response> {
    const signal = init.signal ?? undefined;
    let attempt: Attempt | undefined;
    for (;;) {
      // Whatever keeps the tokens, who gives up waiting for them is let go.
      const current = this.#tokens && (await untilAborted(this.#tokens.current(), signal));
      const { setbacks, openings } = this.#lane;
      const response = await send(url, withToken(init, current));
      noteToken(response, current?.token);
      if (refusalOf(response) === undefined) {
        if (current?.token !== undefined)
          this.ledger.apply({ type: 'accepted', token: current.token, operation: operationKey(operation) });
        return response;
      }
      const recovery = await this.#load();
      attempt = recovery.attempt({ operation, setbacks, openings, signal, holdTimeout }, attempt);
      if (!(await recovery.recover(attempt, response, current))) return response;
    }
  }

  /**
   * Completes the authorization that a redirect began. It waits for no prompt, and fails for nobody but its caller.
   * @param checkState whether the parameters are a whole response, so that `state` can be compared
   */
  async finish(response: URLSearchParams, checkState: boolean): Promise<void> {
    if (this.#tokens === undefined) throw new UnauthorizedError('finishAuth() needs an authProvider.');
    await (await this.#load()).finish(response, checkState);
  }

  /** Stops the flows begun here before their next step. `finish()` still works. */
  close(): void {
    void this.#recovery?.then(recovery => recovery.stop());
  }

  #load(): Promise<Recovery> {
    return (this.#recovery ??= import('./recovery.js').then(
      ({ Recovery }) => new Recovery(this.ledger, this.#tokens, this.#options)
    ));
  }
}

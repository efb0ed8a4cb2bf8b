import { listenOnLoopback } from '../support/loopback.js';

export interface CallbackServer {
  readonly redirectUrl: string;
  /** Waits for the callback of the authorization request with this state. */
  waitFor(state: string, milliseconds: number): Promise<URLSearchParams>;
  close(): Promise<void>;
}

/** Where the authorization server sends the user's browser back to (RFC 8252 §7.3). */
export async function startCallbackServer(port: number): Promise<CallbackServer> {
  const server = await listenOnLoopback(port);
  let pending: { state: string; settle: (parameters: URLSearchParams) => void } | undefined;
  server.serve((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', server.origin);
    const matches = pathname === '/callback' && pending !== undefined && searchParams.get('state') === pending.state;
    // Any page can send a browser here, so a callback nobody asked for does not end the wait.
    response
      .writeHead(matches ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8' })
      .end(matches ? 'Thank you. You can close this tab and go back to the terminal.' : 'Nothing is expected here.');
    if (matches) pending?.settle(searchParams);
  });

  return {
    redirectUrl: `${server.origin}/callback`,
    waitFor: (state, milliseconds) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          pending = undefined;
          reject(new Error(`nobody signed in within ${milliseconds / 1000} seconds`));
        }, milliseconds);
        pending = {
          state,
          settle: parameters => {
            clearTimeout(timer);
            pending = undefined;
            resolve(parameters);
          }
        };
      }),
    close: () => server.close()
  };
}

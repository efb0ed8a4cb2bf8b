import type { LoopbackServer } from './loopback.js';

/** What pages of other origins may do with a server. */
export interface CorsPolicy {
  /** The request headers they may send, besides those that need no permission. */
  accepts: readonly string[];
  /** The response headers they may read, likewise. */
  exposes?: readonly string[];
}

/** A server that pages of other origins may use, as far as its policy goes. */
export interface CrossOriginServer extends LoopbackServer {
  /** The headers that preflights asked to send. */
  readonly asked: ReadonlySet<string>;
}

/** Lets pages of any origin use a server, without cookies (Fetch Standard, CORS protocol). */
export function withCors(server: LoopbackServer, { accepts, exposes = [] }: CorsPolicy): CrossOriginServer {
  const asked = new Set<string>();
  return {
    ...server,
    asked,
    serve: listener =>
      server.serve((request, response) => {
        const isPreflight = request.method === 'OPTIONS' && 'access-control-request-method' in request.headers;
        response.setHeader('access-control-allow-origin', '*');
        if (!isPreflight) {
          response.setHeader('access-control-expose-headers', exposes.join(', '));
          listener(request, response);
          return;
        }
        const names = request.headers['access-control-request-headers']?.split(',') ?? [];
        for (const name of names) asked.add(name.trim());
        response
          .writeHead(204, {
            'access-control-allow-methods': 'GET, POST, DELETE',
            'access-control-allow-headers': accepts.join(', '),
            // Every request is asked about, so that all headers are seen.
            'access-control-max-age': '0'
          })
          .end();
      })
  };
}

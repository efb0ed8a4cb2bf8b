import type { IncomingMessage } from 'node:http';
import type { ScriptedAnswer } from '../../support/scriptedAuthorizationServer.js';
import type { LoopbackServer } from '../../support/loopback.js';
import { fail, type Fault } from '../../support/scriptedFaults.js';
import type { Changes } from './changes.js';

/** Where a server is out of order, and how. */
interface Outage {
  readonly origin: string;
  /** The beginning of the paths that fail. */
  readonly path: string;
  readonly fault: Fault;
}

/** Sits before every server of a scenario: counts the requests, ends those of a client that runs away, and cuts lines. */
export class Tap {
  /** Requests so far, to all servers. */
  count = 0;
  /** Requests whose connection is cut in place of an answer. */
  cuts: (request: IncomingMessage) => boolean = () => false;
  /** Answers requests in place of the server that they are for. */
  answers: (request: IncomingMessage) => ScriptedAnswer | undefined = () => undefined;

  /** What fails at the moment. */
  outages: readonly Outage[] = [];

  readonly #limit: number;
  readonly #changes: Changes;

  constructor(limit: number, changes: Changes) {
    this.#limit = limit;
    this.#changes = changes;
  }

  get isExceeded(): boolean {
    return this.count > this.#limit;
  }

  /** The same server, watched. */
  on(server: LoopbackServer): LoopbackServer {
    return {
      origin: server.origin,
      close: () => server.close(),
      serve: listener => {
        server.serve((request, response) => {
          this.count++;
          const outage = this.outages.find(
            ({ origin, path }) => origin === server.origin && request.url?.startsWith(path) === true
          );
          const answer = this.answers(request);
          if (this.isExceeded || this.cuts(request)) request.socket.destroy();
          else if (outage !== undefined) fail(outage.fault, request, response);
          else if (answer === undefined) listener(request, response);
          else response.writeHead(answer.status, answer.headers).end(textOf(answer.body));
          this.#changes.notify();
        });
      }
    };
  }
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

import type { IncomingMessage, ServerResponse } from 'node:http';

/** A failure that says nothing about what a server knows, so that nothing may be concluded from it. */
export type Fault = 'missing' | 'busy' | 'down' | 'page' | 'elsewhere' | 'reset' | 'drip';

/** Every failure that ends by itself. */
export const FAULTS: readonly Fault[] = ['missing', 'busy', 'down', 'page', 'elsewhere', 'reset'];

const HTML = { 'content-type': 'text/html' };

/** Answers a request with a failure. */
export function fail(fault: Fault, request: IncomingMessage, response: ServerResponse): void {
  if (fault === 'reset') return void request.socket.destroy();
  if (fault === 'drip') return drip(response);
  if (fault === 'missing') return void response.writeHead(404, HTML).end('<h1>No such page</h1>');
  if (fault === 'busy') return void response.writeHead(429, { ...HTML, 'retry-after': '1' }).end('<h1>Too many</h1>');
  if (fault === 'down') return void response.writeHead(503, HTML).end('<h1>Down for maintenance</h1>');
  if (fault === 'page') return void response.writeHead(200, HTML).end('<h1>Welcome to this network</h1>');
  // A page of the network's, for those who have not accepted its terms; nothing listens there.
  response.writeHead(302, { location: 'http://127.0.0.1:9/terms' }).end();
}

/** Begins a body that never ends. */
function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 20);
  response.once('close', () => clearInterval(timer));
}

import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoopbackServer {
  /** Without a trailing slash. */
  readonly origin: string;
  /** Called once the origin is known, which the listener usually needs. */
  serve(listener: RequestListener): void;
  close(): Promise<void>;
}

/** An HTTP server on 127.0.0.1. Port 0, the default, lets the operating system choose. */
export async function listenOnLoopback(port = 0): Promise<LoopbackServer> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: listener => void server.on('request', listener),
    close: () =>
      new Promise((resolve, reject) => {
        server.close(error => {
          if (error === undefined) resolve();
          else reject(error);
        });
        // Idle keep-alive connections and open event streams would hold the server open.
        server.closeAllConnections();
      })
  };
}

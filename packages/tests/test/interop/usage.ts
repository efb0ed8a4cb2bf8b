import type { Client } from '@scopeful/client';

/** Which servers a member of the client has to be used against: those of a time before 2026-07-28, since then, or of each. */
type Against = 'legacy' | 'modern' | 'each';

/** Every public member of the client: the compiler knows when one is missing. */
const MEMBERS: Record<keyof Client, Against> = {
  assertCanSetRequestHandler: 'each',
  autoOpenedSubscription: 'modern',
  callTool: 'each',
  close: 'each',
  complete: 'each',
  connect: 'each',
  discover: 'modern',
  fallbackNotificationHandler: 'legacy',
  fallbackRequestHandler: 'each',
  getDiscoverResult: 'modern',
  getInstructions: 'each',
  getNegotiatedProtocolVersion: 'each',
  getPrompt: 'each',
  getProtocolEra: 'each',
  getServerCapabilities: 'each',
  getServerVersion: 'each',
  listen: 'modern',
  listPrompts: 'each',
  listResources: 'each',
  listResourceTemplates: 'each',
  listTools: 'each',
  notification: 'each',
  onclose: 'each',
  onerror: 'each',
  ping: 'legacy',
  readResource: 'each',
  registerCapabilities: 'each',
  removeNotificationHandler: 'each',
  removeRequestHandler: 'each',
  request: 'each',
  sendRootsListChanged: 'legacy',
  setLoggingLevel: 'each',
  setNotificationHandler: 'each',
  setRequestHandler: 'each',
  setVersionNegotiation: 'each',
  subscribeResource: 'legacy',
  transport: 'each',
  unsubscribeResource: 'legacy'
};

/** Watches which members of clients are used: methods that are called, and properties that are read or set. */
export class Usage {
  readonly #used = new Set<string | symbol>();

  /** The client, watched. Its own code is not: what it uses of itself does not count. */
  watch(client: Client): Client {
    return new Proxy(client, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') {
          this.#used.add(name);
          return value;
        }
        return (...args: unknown[]): unknown => {
          this.#used.add(name);
          return Reflect.apply(value, target, args);
        };
      },
      set: (target, name, value) => {
        this.#used.add(name);
        return Reflect.set(target, name, value, target);
      }
    });
  }

  /** What there is to use against such a server, and was not used. */
  missing(era: Exclude<Against, 'each'>): string[] {
    const wanted = Object.entries(MEMBERS).filter(([, against]) => against === era || against === 'each');
    return wanted.map(([name]) => name).filter(name => !this.#used.has(name));
  }
}

import type { ClientModule, ClientUnderTest, Feature } from './clientUnderTest.js';

/** A module with the names of `@modelcontextprotocol/client` 2.x at its one entry point. */
export async function loadCurrent(specifier: string): Promise<ClientUnderTest> {
  const exports = (await import(specifier)) as Record<string, unknown>;
  const module = exports as unknown as ClientModule;
  const offers: Feature[] = ['callback parameters', 'step-up options', 'forced reauthorization', 'scope for refresh'];
  if ('forgetScopes' in exports) offers.push('own');
  return {
    module,
    exports,
    offers: new Set(offers),
    call: (client, name, options) => client.callTool({ name }, options),
    finish: (transport, callback) => transport.finishAuth(callback),
    authorize: async (provider, options) => {
      if (module.authorize !== undefined) return module.authorize(provider, options);
      return { status: await module.auth(provider, options) };
    }
  };
}

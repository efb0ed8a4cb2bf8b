import type { ClientModule, ClientUnderTest } from './clientUnderTest.js';

const PARTS = ['index', 'streamableHttp', 'sse', 'auth', 'middleware'];

/**
 * `@modelcontextprotocol/sdk` 1.x: an entry point for each part, `finishAuth(code)`, and an `auth()` that resolves to a
 * string.
 * @param directory what the parts' names are appended to
 */
export async function loadSdk1(directory: string): Promise<ClientUnderTest> {
  const parts = await Promise.all(PARTS.map(part => import(`${directory}/${part}.js`) as Promise<object>));
  const exports = Object.assign({}, ...parts) as Record<string, unknown>;
  const module = exports as unknown as ClientModule;
  return {
    module,
    exports,
    offers: new Set(),
    // Its second parameter is the schema of the result.
    call: (client, name, options) => client.callTool({ name }, undefined, options),
    finish: async (transport, callback) => {
      // With no code there is nothing this client could be told: its host shows the error.
      if (!callback.has('code')) throw new Error(`the authorization failed: ${callback.get('error') ?? 'no code'}`);
      await transport.finishAuth(callback.get('code'));
    },
    authorize: async (provider, { serverUrl, scope, authorizationCode }) => {
      const result = await module.auth(provider, { serverUrl, scope, authorizationCode });
      return typeof result === 'string' ? { status: result } : result;
    }
  };
}

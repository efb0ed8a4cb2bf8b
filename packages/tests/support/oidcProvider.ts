// oidc-provider remarks on the console that the runtime is older than it supports and that its storage is for
// development only. Both are known here; whatever else it has to say still gets through.
function withoutRemarks<T>(work: () => T): T {
  const { warn } = console;
  const restore = (): void => {
    console.warn = warn;
  };
  console.warn = (...message: unknown[]) => {
    if (!String(message[0]).includes('oidc-provider WARNING:')) warn(...message);
  };
  let result: T;
  try {
    result = work();
  } catch (error) {
    restore();
    throw error;
  }
  if (!(result instanceof Promise)) {
    restore();
    return result;
  }
  return result.finally(restore) as T;
}

const { Provider } = await withoutRemarks(() => import('oidc-provider'));

export function createProvider(issuer: string, configuration: object): InstanceType<typeof Provider> {
  return withoutRemarks(() => new Provider(issuer, configuration));
}

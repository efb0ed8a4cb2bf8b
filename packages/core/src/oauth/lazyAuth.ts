import type { AuthResult, FlowOptions } from './flowContext.js';
import type { OAuthClientProvider } from './provider.js';

/** Runs the flow, which is loaded then and not before: most connections never need it. */
export async function authorizeResource(provider: OAuthClientProvider, options: FlowOptions): Promise<AuthResult> {
  const flow = await import('./auth.js');
  return flow.authorizeResource(provider, options);
}

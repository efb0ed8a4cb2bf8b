import type { FlowOptions, FlowOutcome } from './flowContext.js';
import { laneOf } from './flowLane.js';
import { ledgerFor } from './ledger.js';
import type { OAuthClientProvider } from './provider.js';

/**
 * Runs a flow in the lane of its resource. The code for it is loaded then and not before: most connections never need it.
 * The place in the lane is taken at once.
 */
export async function authorizeResource(provider: OAuthClientProvider, options: FlowOptions): Promise<FlowOutcome> {
  return laneOf(ledgerFor(provider, options.serverUrl)).run(async turn => {
    const { runFlow } = await import('./auth.js');
    return runFlow(provider, options, turn);
  }, options.signal);
}

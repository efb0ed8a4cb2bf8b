import { FlowLane } from './flowLane.js';
import type { ScopeLedger } from './ledger.js';
import { PendingAuthorizations } from './pendingAuthorizations.js';

/** The flows of one resource: who is at work, and which prompts are open. */
export interface Flights {
  readonly lane: FlowLane;
  readonly pending: PendingAuthorizations;
}

const flights = new WeakMap<ScopeLedger, Flights>();

/** The flows that belong to a ledger. They live as long, and are nobody's record. */
export function flightsOf(ledger: ScopeLedger): Flights {
  let known = flights.get(ledger);
  if (known === undefined)
    flights.set(ledger, (known = { lane: new FlowLane(), pending: new PendingAuthorizations() }));
  return known;
}

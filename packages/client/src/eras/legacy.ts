import type { Era } from './era.js';

const ELSEWHERE = new Set(['server/discover', 'subscriptions/listen', 'notifications/subscriptions/acknowledged']);

/** Every revision up to 2025-11-25: what there is to say is said once, in the handshake. */
export const legacy: Era = {
  name: 'legacy',
  lacks: method => ELSEWHERE.has(method),
  meta: () => undefined,
  headers: () => undefined,
  outcome: () => 'complete'
};

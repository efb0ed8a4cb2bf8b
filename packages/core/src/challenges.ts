// What @scopeful/client needs when a request was turned away, and not before: no promise is made about these names to
// anybody else.
export { isDpopNonceChallenge, readChallenge, type ScopeChallenge, withoutToken } from './oauth/challenge.js';
export { insufficientScope } from './oauth/insufficientScope.js';
export { cleanText, withoutSecrets } from './oauth/redaction.js';
export { isPointless, type ScopeDemand } from './oauth/neededScope.js';
export { pendingOf, PROMPT_LIFETIME } from './oauth/pendingAuthorizations.js';
export { eitherSignal } from './signals.js';

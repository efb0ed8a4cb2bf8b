// What @scopeful/client needs of this package and nobody else should: no promise is made about these names.
export { BrandedError, branded } from './branded.js';
export { readText, sameOriginRedirects } from './fetch.js';
export { authorizeResource, type FlowOptions } from './oauth/auth.js';
export { readChallenge, type Challenge } from './oauth/challenge.js';
export { ledgerFor, seedLedger, ScopeLedger } from './oauth/ledger.js';
export { isOAuthClientProvider } from './oauth/provider.js';
export { missingScope } from './oauth/scope.js';

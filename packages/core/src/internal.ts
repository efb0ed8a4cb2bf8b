// What @scopeful/client needs of this package and nobody else should: no promise is made about these names.
export { BrandedError, branded } from './branded.js';
export { parsed, received } from './check.js';
export { readText, sameOriginRedirects } from './fetch.js';
export { untilAborted } from './jsonrpc/abort.js';
export { Connection, type ConnectionOptions, type OutgoingNotification } from './jsonrpc/connection.js';
export { Handlers, type NotificationHandler, type RequestHandler } from './jsonrpc/handlers.js';
export { invalidParams, resultCheck } from './model/checks.js';
export { notificationSchema, requestSchema } from './model/methods.js';
export { authorizeResource } from './oauth/auth.js';
export { readChallenge, type ScopeChallenge } from './oauth/challenge.js';
export type { FlowEvent } from './oauth/events.js';
export type { FlowOptions } from './oauth/flow.js';
export { ledgerFor, seedLedger, ScopeLedger } from './oauth/ledger.js';
export { isOAuthClientProvider } from './oauth/provider.js';
export { missingScope } from './oauth/scope.js';
export { protocolEra } from './protocolVersions.js';

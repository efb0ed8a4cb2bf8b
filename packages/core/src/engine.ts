// What @scopeful/client runs on: no promise is made about these names to anybody else. The flow of an authorization is not
// among them, so that a bundle need not hold it until it is needed.
export { BrandedError, branded } from './branded.js';
export { misfitReason, parsed, received } from './schemaCheck.js';
export {
  HEADER_MISMATCH,
  notInThisRevision,
  ProtocolError,
  ProtocolErrorCode,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  UnsupportedProtocolVersionError
} from './errors.js';
export { createFetchWithInit, readText, sameOriginRedirects } from './fetch.js';
export { assertBounded, dialectOf, type JsonSchemaDialect } from './jsonSchema.js';
export { asError, messageOf } from './asError.js';
export { abortReason, untilAborted } from './abort.js';
export { connectionClosed, notConnected } from './jsonrpc/connectionErrors.js';
export { Connection, type ConnectionOptions, type OutgoingNotification } from './jsonrpc/connection.js';
export { requestContext } from './jsonrpc/context.js';
export { callerHeaders, isArgumentHeader } from './jsonrpc/callerHeaders.js';
export { Handlers, type NotificationHandler, type RequestHandler } from './jsonrpc/handlers.js';
export { ReadBuffer, serializeMessage } from './jsonrpc/lines.js';
export { isJSONRPCErrorResponse, isJSONRPCResultResponse, parseJSONRPCMessage } from './jsonrpc/message.js';
export { JSONRPC_VERSION } from './jsonrpc/types.js';
export { DEFAULT_REQUEST_TIMEOUT_MSEC } from './jsonrpc/requestOptions.js';
export { type ResultCheck } from './jsonrpc/resultCheck.js';
export { type ConnectionRules, DEFAULT_RULES } from './jsonrpc/connectionRules.js';
export { sendRequest } from './jsonrpc/sendRequest.js';
export { isJsonContentType } from './mediaType.js';
export { invalidParams, resultCheck } from './model/methodChecks.js';
export { isInputRequiredResult } from './model/inputRequired.js';
export {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  LOG_LEVEL_META_KEY,
  PROTOCOL_VERSION_META_KEY,
  SERVER_INFO_META_KEY,
  SUBSCRIPTION_ID_META_KEY
} from './model/metaKeys.js';
export { notificationSchema, requestSchema } from './model/methods.js';
export { isJsonObject } from './jsonObject.js';
export {
  InsufficientScopeError,
  OAuthClientFlowError,
  OAuthError,
  OAuthErrorCode,
  UnauthorizedError
} from './oauth/errors.js';
export type { FlowEvent } from './oauth/events.js';
export { JWT_BEARER_GRANT } from './oauth/grantTypes.js';
export type { FlowOptions, FlowOutcome } from './oauth/flowContext.js';
export { authorizeResource } from './oauth/lazyAuth.js';
export { type FlowLane, laneOf } from './oauth/flowLane.js';
export { ledgerFor, seedLedger, ScopeLedger } from './oauth/ledger.js';
export { operationKey } from './oauth/operationKey.js';
export { isOAuthClientProvider } from './oauth/provider.js';
export { refusalOf } from './oauth/refusal.js';
export { mergeScopes, missingScope } from './oauth/scope.js';
export { type ScopeState } from './oauth/scopeState.js';
export { assertSendable } from './oauth/bearerToken.js';
export { currentTokens } from './oauth/tokenStorage.js';
export { tolerantProvider } from './oauth/tolerantProvider.js';
export { PausableTimer } from './pausableTimer.js';
export { legacyVersions, modernVersions, SUPPORTED_PROTOCOL_VERSIONS } from './protocolVersions.js';

export {
  ProtocolError,
  ProtocolErrorCode,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  type SdkHttpErrorData
} from './errors.js';
export { createFetchWithInit, type FetchLike } from './fetch.js';
export {
  isJSONRPCErrorResponse,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResponse,
  isJSONRPCResultResponse,
  JSONRPC_VERSION,
  parseJSONRPCMessage,
  type JSONRPCErrorResponse,
  type JSONRPCMessage,
  type JSONRPCNotification,
  type JSONRPCRequest,
  type JSONRPCResponse,
  type JSONRPCResultResponse,
  type Notification,
  type ProgressToken,
  type Request,
  type RequestId,
  type RequestMeta,
  type Result
} from './jsonrpc/message.js';
export type { AuthInfo, MessageExtraInfo, Transport, TransportSendOptions } from './jsonrpc/transport.js';
export { isJsonContentType } from './mediaType.js';
export { auth, type AuthOptions, type AuthResult } from './oauth/auth.js';
export {
  startAuthorization,
  validateAuthorizationResponseIssuer,
  type StartAuthorizationOptions
} from './oauth/authorize.js';
export { extractResourceMetadataUrl, extractWWWAuthenticateParams, type BearerChallenge } from './oauth/challenge.js';
export { selectClientAuthMethod, type ClientAuthMethod } from './oauth/clientAuth.js';
export {
  buildDiscoveryUrls,
  discoverAuthorizationServerMetadata,
  discoverOAuthMetadata,
  discoverOAuthProtectedResourceMetadata,
  discoverOAuthServerInfo,
  type MetadataDiscoveryOptions,
  type ServerInfoOptions
} from './oauth/discovery.js';
export {
  OAuthClientInformationFullSchema,
  OAuthClientInformationSchema,
  OAuthClientMetadataSchema,
  OAuthClientRegistrationErrorSchema,
  OAuthErrorResponseSchema,
  OAuthMetadataSchema,
  OAuthProtectedResourceMetadataSchema,
  OAuthTokenRevocationRequestSchema,
  OAuthTokensSchema,
  OpenIdProviderDiscoveryMetadataSchema,
  OpenIdProviderMetadataSchema,
  type AuthorizationServerMetadata,
  type OAuthClientInformation,
  type OAuthClientInformationFull,
  type OAuthClientInformationMixed,
  type OAuthClientMetadata,
  type OAuthClientRegistrationError,
  type OAuthErrorResponse,
  type OAuthMetadata,
  type OAuthProtectedResourceMetadata,
  type OAuthTokenRevocationRequest,
  type OAuthTokens,
  type OpenIdProviderDiscoveryMetadata,
  type OpenIdProviderMetadata,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens
} from './oauth/documents.js';
export {
  AuthorizationServerMismatchError,
  InsecureTokenEndpointError,
  InsufficientScopeError,
  InvalidDocumentError,
  IssuerMismatchError,
  OAuthClientFlowError,
  OAuthError,
  OAuthErrorCode,
  RegistrationRejectedError,
  ResourceMismatchError,
  UnauthorizedError,
  type InsufficientScopeDetails,
  type Operation
} from './oauth/errors.js';
export { forgetScopes } from './oauth/ledger.js';
export type {
  AddClientAuthentication,
  AuthProvider,
  OAuthClientInformationContext,
  OAuthClientProvider,
  OAuthDiscoveryState,
  OAuthServerInfo,
  UnauthorizedContext
} from './oauth/provider.js';
export { isHttpsUrl, registerClient, resolveClientMetadata, validateClientMetadataUrl } from './oauth/registration.js';
export { checkResourceAllowed, resourceUrlFromServerUrl, selectResourceURL } from './oauth/resource.js';
export { computeScopeUnion, isStrictScopeSuperset, mergeScopes } from './oauth/scope.js';
export {
  assertSecureTokenEndpoint,
  exchangeAuthorization,
  fetchToken,
  parseErrorResponse,
  prepareAuthorizationCodeRequest,
  refreshAuthorization,
  type FetchTokenOptions
} from './oauth/token.js';
export {
  DEFAULT_NEGOTIATED_PROTOCOL_VERSION,
  LATEST_PROTOCOL_VERSION,
  SUPPORTED_PROTOCOL_VERSIONS
} from './protocolVersions.js';

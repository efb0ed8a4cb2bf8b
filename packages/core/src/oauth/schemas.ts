import * as z from 'zod/mini';

// What OAuth peers send and what providers store. The schemas check; whoever validates returns the received object.

const strings = z.optional(z.array(z.string()));
const string = z.optional(z.string());
const boolean = z.optional(z.boolean());

/** Leniency: anything but `true` is no (RFC 9207 §3). Nobody is kept from signing in for how a server says so. */
const yesOrAnything = z.optional(z.custom<boolean>());

const SCRIPT_SCHEMES = new Set(['javascript:', 'data:', 'vbscript:']);

const url = z.string().check(z.refine(value => URL.canParse(value), { error: 'must be a URL' }));

/** A URL that is safe to navigate to: anything but a script or data URL. */
export const SafeUrlSchema = url.check(
  z.refine(value => URL.canParse(value) && !SCRIPT_SCHEMES.has(new URL(value).protocol), {
    error: 'must not be a javascript:, data: or vbscript: URL'
  })
);

/** A safe URL, or the empty string that some servers send for "none". */
export const OptionalSafeUrlSchema = z.optional(z.union([SafeUrlSchema, z.literal('')]));

/** RFC 9728 §2, protected resource metadata. */
export const OAuthProtectedResourceMetadataSchema = z.looseObject({
  resource: url,
  authorization_servers: z.optional(z.array(SafeUrlSchema)),
  jwks_uri: z.optional(url),
  scopes_supported: strings,
  bearer_methods_supported: strings,
  resource_signing_alg_values_supported: strings,
  resource_name: string,
  resource_documentation: string,
  resource_policy_uri: z.optional(url),
  resource_tos_uri: z.optional(url),
  tls_client_certificate_bound_access_tokens: boolean,
  authorization_details_types_supported: strings,
  dpop_signing_alg_values_supported: strings,
  dpop_bound_access_tokens_required: boolean
});

/** RFC 8414 §2, authorization server metadata. */
export const OAuthMetadataSchema = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: SafeUrlSchema,
  token_endpoint: SafeUrlSchema,
  registration_endpoint: z.optional(SafeUrlSchema),
  scopes_supported: strings,
  response_types_supported: z.array(z.string()),
  response_modes_supported: strings,
  grant_types_supported: strings,
  token_endpoint_auth_methods_supported: strings,
  token_endpoint_auth_signing_alg_values_supported: strings,
  service_documentation: z.optional(SafeUrlSchema),
  revocation_endpoint: z.optional(SafeUrlSchema),
  revocation_endpoint_auth_methods_supported: strings,
  revocation_endpoint_auth_signing_alg_values_supported: strings,
  introspection_endpoint: string,
  introspection_endpoint_auth_methods_supported: strings,
  introspection_endpoint_auth_signing_alg_values_supported: strings,
  code_challenge_methods_supported: strings,
  client_id_metadata_document_supported: boolean,
  authorization_response_iss_parameter_supported: yesOrAnything,
  dpop_signing_alg_values_supported: strings
});

/** OpenID Connect Discovery 1.0 §3, provider metadata. */
export const OpenIdProviderMetadataSchema = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: SafeUrlSchema,
  token_endpoint: SafeUrlSchema,
  userinfo_endpoint: z.optional(SafeUrlSchema),
  jwks_uri: SafeUrlSchema,
  registration_endpoint: z.optional(SafeUrlSchema),
  scopes_supported: strings,
  response_types_supported: z.array(z.string()),
  response_modes_supported: strings,
  grant_types_supported: strings,
  acr_values_supported: strings,
  subject_types_supported: z.array(z.string()),
  id_token_signing_alg_values_supported: z.array(z.string()),
  id_token_encryption_alg_values_supported: strings,
  id_token_encryption_enc_values_supported: strings,
  userinfo_signing_alg_values_supported: strings,
  userinfo_encryption_alg_values_supported: strings,
  userinfo_encryption_enc_values_supported: strings,
  request_object_signing_alg_values_supported: strings,
  request_object_encryption_alg_values_supported: strings,
  request_object_encryption_enc_values_supported: strings,
  token_endpoint_auth_methods_supported: strings,
  token_endpoint_auth_signing_alg_values_supported: strings,
  display_values_supported: strings,
  claim_types_supported: strings,
  claims_supported: strings,
  service_documentation: string,
  claims_locales_supported: strings,
  ui_locales_supported: strings,
  claims_parameter_supported: boolean,
  request_parameter_supported: boolean,
  request_uri_parameter_supported: boolean,
  require_request_uri_registration: boolean,
  op_policy_uri: z.optional(SafeUrlSchema),
  op_tos_uri: z.optional(SafeUrlSchema),
  client_id_metadata_document_supported: boolean,
  authorization_response_iss_parameter_supported: yesOrAnything
});

/** Provider metadata with the PKCE member that MCP requires of it. */
export const OpenIdProviderDiscoveryMetadataSchema = z.looseObject({
  ...OpenIdProviderMetadataSchema.shape,
  code_challenge_methods_supported: strings
});

/** RFC 6749 §5.1, a token response; `issuer` is the stamp that stored tokens carry. `expires_in` is in seconds. */
export const OAuthTokensSchema = z.looseObject({
  access_token: z.string(),
  id_token: string,
  token_type: z.string(),
  expires_in: z.optional(z.number()),
  scope: string,
  refresh_token: string,
  issuer: string
});

/**
 * RFC 8693 §2.2.1, the answer to an exchange for an Identity Assertion Authorization Grant (ID-JAG). `token_type` says
 * nothing of what is no access token.
 */
export const IdJagTokenExchangeResponseSchema = z.looseObject({
  issued_token_type: z.literal('urn:ietf:params:oauth:token-type:id-jag'),
  access_token: z.string(),
  token_type: string,
  expires_in: z.optional(z.number()),
  scope: string
});

/** RFC 6749 §5.2, an error response. */
export const OAuthErrorResponseSchema = z.looseObject({
  error: z.string(),
  error_description: string,
  error_uri: string
});

/** RFC 7591 §2, the metadata a client registers. */
export const OAuthClientMetadataSchema = z.looseObject({
  redirect_uris: z.array(SafeUrlSchema),
  token_endpoint_auth_method: string,
  grant_types: strings,
  response_types: strings,
  application_type: string,
  client_name: string,
  client_uri: z.optional(SafeUrlSchema),
  logo_uri: OptionalSafeUrlSchema,
  scope: string,
  contacts: strings,
  tos_uri: OptionalSafeUrlSchema,
  policy_uri: string,
  jwks_uri: z.optional(SafeUrlSchema),
  jwks: z.optional(z.any()),
  software_id: string,
  software_version: string,
  software_statement: string
});

/** RFC 7591 §3.2.1, what identifies a registered client; `issuer` is the stamp that stored credentials carry. */
export const OAuthClientInformationSchema = z.looseObject({
  client_id: z.string(),
  client_secret: string,
  client_id_issued_at: z.optional(z.number()),
  client_secret_expires_at: z.optional(z.number()),
  issuer: string
});

/** RFC 7591 §3.2.1, a registration response: the credentials, and the metadata as registered. */
export const OAuthClientInformationFullSchema = z.looseObject({
  ...OAuthClientMetadataSchema.shape,
  ...OAuthClientInformationSchema.shape
});

/** RFC 7591 §3.2.2, a registration error. */
export const OAuthClientRegistrationErrorSchema = z.looseObject({
  error: z.string(),
  error_description: string
});

/** RFC 7009 §2.1, a revocation request. */
export const OAuthTokenRevocationRequestSchema = z.looseObject({
  token: z.string(),
  token_type_hint: string
});

export interface OAuthProtectedResourceMetadata extends z.infer<typeof OAuthProtectedResourceMetadataSchema> {}
export interface OAuthMetadata extends z.infer<typeof OAuthMetadataSchema> {}
export interface OpenIdProviderMetadata extends z.infer<typeof OpenIdProviderMetadataSchema> {}
export interface OpenIdProviderDiscoveryMetadata extends z.infer<typeof OpenIdProviderDiscoveryMetadataSchema> {}
export type AuthorizationServerMetadata = OAuthMetadata | OpenIdProviderDiscoveryMetadata;

// Hosts write most of these by hand, so they are closed: a misspelt member is a compile-time error.

type Known<T> = { [K in keyof T as string extends K ? never : K]: T[K] };

export interface OAuthTokens extends Known<z.infer<typeof OAuthTokensSchema>> {}
export interface IdJagTokenExchangeResponse extends Known<z.infer<typeof IdJagTokenExchangeResponseSchema>> {}
export interface OAuthErrorResponse extends Known<z.infer<typeof OAuthErrorResponseSchema>> {}
export interface OAuthClientMetadata extends Known<z.infer<typeof OAuthClientMetadataSchema>> {}
export interface OAuthClientInformation extends Known<z.infer<typeof OAuthClientInformationSchema>> {}
export interface OAuthClientInformationFull extends Known<z.infer<typeof OAuthClientInformationFullSchema>> {}
export interface OAuthClientRegistrationError extends Known<z.infer<typeof OAuthClientRegistrationErrorSchema>> {}
export interface OAuthTokenRevocationRequest extends Known<z.infer<typeof OAuthTokenRevocationRequestSchema>> {}

export type OAuthClientInformationMixed = OAuthClientInformation | OAuthClientInformationFull;

/**
 * Tokens as a provider stores them: `issuer` names the authorization server that issued them, `resource` the MCP server
 * that they are for.
 */
export type StoredOAuthTokens = OAuthTokens & { issuer?: string | undefined; resource?: string | undefined };

/** Client credentials as a provider stores them: `issuer` names the authorization server they are registered with. */
export type StoredOAuthClientInformation = OAuthClientInformationMixed & { issuer?: string | undefined };

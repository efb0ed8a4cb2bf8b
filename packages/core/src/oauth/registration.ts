import type { FetchLike } from '../fetch.js';
import {
  OAuthClientInformationSchema,
  type AuthorizationServerMetadata,
  type OAuthClientInformation,
  type OAuthClientInformationFull,
  type OAuthClientMetadata
} from './schemas.js';
import { OAuthClientFlowError, OAuthError, OAuthErrorCode } from './errors.js';
import { RegistrationRejectedError } from './flowErrors.js';
import { checkDocument, isLoopback, isSecureEndpoint, parseJson, send, withoutNulls } from './http.js';
import { cleanText, quoted, withoutSecretMembers } from './redaction.js';
import type { OAuthClientProvider } from './provider.js';

/**
 * Tells whether a `client_id` can be a metadata document's URL: https, with a path.
 * @param value a `client_id`
 * @returns false when there is none
 * @see MCP 2026-07-28, Client ID Metadata Documents
 */
export function isHttpsUrl(value?: string): boolean {
  if (value === undefined || !URL.canParse(value)) return false;
  const url = new URL(value);
  return url.protocol === 'https:' && url.pathname !== '/';
}

/**
 * Checks the URL of a client metadata document.
 * @param url undefined or empty when there is none, and nothing to check
 * @throws {OAuthError} with `invalid_client_metadata` when it is not an https URL with a path
 * @see MCP 2026-07-28, Client ID Metadata Documents
 */
export function validateClientMetadataUrl(url: string | undefined): void {
  if (url === undefined || url === '' || isHttpsUrl(url)) return;
  throw new OAuthError(
    OAuthErrorCode.InvalidClientMetadata,
    `clientMetadataUrl must be an https: URL with a path, not ${JSON.stringify(url)}.`
  );
}

/** OpenID Connect Registration 1.0 §2: loopback and custom-scheme redirects belong to native applications. */
function applicationType(redirectUris: string[]): 'native' | 'web' {
  const isNative = (uri: string): boolean => {
    if (!URL.canParse(uri)) return false;
    const url = new URL(uri);
    return isLoopback(url) || (url.protocol !== 'https:' && url.protocol !== 'http:');
  };
  return redirectUris.some(isNative) ? 'native' : 'web';
}

/**
 * Completes the metadata to register a provider's client with: where the provider is silent, the grants of an
 * interactive
 * client, and the `application_type` that its redirect URIs call for.
 * @param provider what it gives is kept as it is
 * @returns the metadata to send
 * @see RFC 7591 §2; OpenID Connect Registration 1.0 §2
 */
export function resolveClientMetadata(
  provider: Pick<OAuthClientProvider, 'clientMetadata' | 'redirectUrl'>
): OAuthClientMetadata {
  const metadata = provider.clientMetadata;
  const interactive = provider.redirectUrl !== undefined;
  return {
    ...metadata,
    ...(interactive && { grant_types: metadata.grant_types ?? ['authorization_code', 'refresh_token'] }),
    application_type: metadata.application_type ?? applicationType(metadata.redirect_uris)
  };
}

function registrationEndpoint(
  authorizationServerUrl: string | URL,
  metadata: AuthorizationServerMetadata | undefined
): URL {
  if (metadata !== undefined && metadata.registration_endpoint === undefined) {
    throw new OAuthClientFlowError(
      `The authorization server ${quoted(metadata.issuer)} does not register clients on request. Register one there and return it ` +
        'from clientInformation(), or, where the server supports it, set clientMetadataUrl.',
      'REGISTRATION_UNSUPPORTED'
    );
  }
  const url = new URL(metadata?.registration_endpoint ?? new URL('/register', authorizationServerUrl));
  if (isSecureEndpoint(url)) return url;
  throw new OAuthClientFlowError(
    `Refusing to register at ${url.href}: it is neither https: nor on this machine.`,
    'INSECURE_REGISTRATION_ENDPOINT'
  );
}

/**
 * Registers a client.
 * @param authorizationServerUrl the issuer; its `/register` is the endpoint when there is no metadata
 * @param options the server's metadata, and the client's
 * @returns the client as the server registered it, with what it was sent where the server does not repeat that
 * @throws {RegistrationRejectedError} when the server refuses
 * @throws {OAuthClientFlowError} with `REGISTRATION_UNSUPPORTED` or `INSECURE_REGISTRATION_ENDPOINT`
 * @throws {InvalidDocumentError} when what it answers is no client
 * @see RFC 7591 §3
 */
export async function registerClient(
  authorizationServerUrl: string | URL,
  options: {
    metadata?: AuthorizationServerMetadata;
    clientMetadata: OAuthClientMetadata;
    /** Registered in place of `clientMetadata.scope`. */
    scope?: string;
    fetchFn?: FetchLike;
  }
): Promise<OAuthClientInformationFull> {
  const url = registrationEndpoint(authorizationServerUrl, options.metadata);
  const submittedMetadata = { ...options.clientMetadata, ...(options.scope !== undefined && { scope: options.scope }) };
  const { response, text } = await send(options.fetchFn, url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify(submittedMetadata)
  });
  if (!response.ok) {
    const body = cleanText(withoutSecretMembers(text), [options.clientMetadata.software_statement]);
    throw new RegistrationRejectedError({ status: response.status, body, submittedMetadata });
  }
  const registered: object = checkDocument(OAuthClientInformationSchema, withoutNulls(parseJson(text)), url);
  // RFC 7591 §3.2.1 has the server return all metadata; some return the credentials alone.
  return { ...submittedMetadata, ...(registered as OAuthClientInformation) };
}

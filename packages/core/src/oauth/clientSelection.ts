import type { OAuthClientInformationMixed, StoredOAuthClientInformation } from './schemas.js';
import { OAuthClientFlowError } from './errors.js';
import { AuthorizationServerMismatchError, RegistrationRejectedError } from './flowErrors.js';
import type { OAuthClientProvider, OAuthServerInfo } from './provider.js';
import { registerClient, resolveClientMetadata, validateClientMetadataUrl } from './registration.js';
import { issuerOf, sameIssuer } from './issuer.js';
import { mergeScopes } from './scope.js';
import { isBounded } from './scopeState.js';
import { parseErrorResponse } from './token.js';
import type { FetchLike } from '../fetch.js';

// Credentials are stamped with the issuer they belong to, and never used with another (MCP 2026-07-28, Authorization
// Server Binding). Unstamped ones belong to the issuer that they were used with first.

/**
 * Tells what a new client registers as its scope. Some servers never grant a scope that was not registered, so
 * everything the resource advertises is: a later step-up must not fail because the client was registered too narrowly.
 */
function scopeToRegister(
  server: OAuthServerInfo,
  clientScope: string | undefined,
  resolved: string | undefined
): string | undefined {
  const offered = server.authorizationServerMetadata?.scopes_supported;
  const advertised = (server.resourceMetadata?.scopes_supported ?? []).filter(
    scope => offered?.includes(scope) ?? true
  );
  const whole = mergeScopes(clientScope, resolved, ...advertised);
  return isBounded(whole) ? whole : mergeScopes(clientScope, resolved);
}

/** What {@link clientFor} needs to know beside provider and server. */
export interface ClientRequest {
  fetchFn: FetchLike | undefined;
  /** The scope about to be requested. */
  scope: string | undefined;
  /** Exchanging a code: only the client that asked for it can. */
  mustExist: boolean;
  /** A client that the server no longer knows. */
  rejectedClientId?: string;
  /** The issuer that a client without a stamp belongs to. */
  credentialsIssuer: string | undefined;
  /** Whether the issuer is a guess, so that nothing is bound to it before it has issued tokens. */
  isGuessed: boolean;
  /** Told when a new client was registered. */
  onRegistered?: () => void;
}

/** The issuers that credentials without a stamp were used with first, by provider and client; for all its resources. */
const firstIssuers = new WeakMap<object, Map<string, string>>();

function firstIssuersOf(provider: object): Map<string, string> {
  let issuers = firstIssuers.get(provider);
  if (issuers === undefined) firstIssuers.set(provider, (issuers = new Map<string, string>()));
  return issuers;
}

/** Stands for a provider's own credentials in place of a client id, which is never empty. */
const OWN = '';

/**
 * Tells whether a provider adds credentials of its own to token requests: registering another client does not replace
 * them.
 */
function bringsCredentials(provider: OAuthClientProvider): boolean {
  if (provider.addClientAuthentication !== undefined) return true;
  return provider.redirectUrl === undefined && provider.prepareTokenRequest !== undefined;
}

/** What decides whether credentials may be used at an issuer. */
type Use = Pick<ClientRequest, 'rejectedClientId' | 'mustExist' | 'credentialsIssuer' | 'isGuessed'>;

/**
 * Returns the client that the provider has for an issuer, bound to it if nothing else says whose it is.
 * @returns undefined when there is none, or another can be registered
 * @throws {AuthorizationServerMismatchError} when the credentials are another issuer's, and there can be no others (R27)
 */
export async function storedClient(
  provider: OAuthClientProvider,
  issuer: string,
  { rejectedClientId, mustExist, credentialsIssuer, isGuessed }: Use
): Promise<StoredOAuthClientInformation | undefined> {
  const stored = await provider.clientInformation({ issuer });
  const isOwn = bringsCredentials(provider);
  if (stored === undefined && !isOwn) return undefined;
  if (stored !== undefined && stored.client_id === rejectedClientId) return undefined;
  const bound = firstIssuersOf(provider);
  const key = isOwn ? OWN : (stored?.client_id ?? OWN);
  const isDocument = stored !== undefined && stored.client_id === provider.clientMetadataUrl;
  // A metadata document is a client at each issuer: only its stamp tells where a code was asked for.
  const owner = stored?.issuer ?? (isDocument && mustExist ? undefined : (bound.get(key) ?? credentialsIssuer));
  if (owner === undefined || sameIssuer(owner, issuer)) {
    const isBinding = !isGuessed || credentialsIssuer !== undefined;
    if (stored?.issuer === undefined && !isDocument && isBinding) bound.set(key, issuer);
    return stored;
  }
  // A code is redeemed only where it was asked for; and what cannot be registered anew belongs to one server.
  const isReplaceable = isDocument || (provider.saveClientInformation !== undefined && !isOwn);
  if (mustExist || !isReplaceable) throw new AuthorizationServerMismatchError(owner, issuer);
  return undefined;
}

/** Returns the client whose id is the URL of its metadata document, where the server supports that. */
function documentClient(
  { clientMetadataUrl }: OAuthClientProvider,
  { authorizationServerMetadata }: OAuthServerInfo,
  rejectedClientId: string | undefined
): OAuthClientInformationMixed | undefined {
  validateClientMetadataUrl(clientMetadataUrl);
  if (authorizationServerMetadata?.client_id_metadata_document_supported !== true) return undefined;
  if (clientMetadataUrl === undefined || clientMetadataUrl === '' || clientMetadataUrl === rejectedClientId)
    return undefined;
  return { client_id: clientMetadataUrl };
}

/** Tells whether a client that the server does not know any more can be replaced by another. */
export function canReplaceClient(
  provider: OAuthClientProvider,
  server: OAuthServerInfo,
  rejectedClientId: string
): boolean {
  if (provider.saveClientInformation === undefined) return false;
  const metadata = server.authorizationServerMetadata;
  if (metadata === undefined || metadata.registration_endpoint !== undefined) return true;
  return documentClient(provider, server, rejectedClientId) !== undefined;
}

/**
 * Returns the client to use, in the specification's priority: registered before, URL of a metadata document, registered
 * now.
 */
export async function clientFor(
  provider: OAuthClientProvider,
  server: OAuthServerInfo,
  request: ClientRequest
): Promise<OAuthClientInformationMixed> {
  const issuer = issuerOf(server);
  const stored = await storedClient(provider, issuer, request);
  if (stored !== undefined) return stored;
  const document = documentClient(provider, server, request.rejectedClientId);
  if (document !== undefined) {
    if (!request.mustExist) await provider.saveClientInformation?.({ ...document, issuer }, { issuer });
    return document;
  }
  if (request.mustExist) {
    throw new OAuthClientFlowError(
      `The provider has no client information for ${issuer}, so the authorization code cannot be exchanged. ` +
        'It must keep what saveClientInformation() was given until the callback.',
      'CLIENT_INFORMATION_MISSING'
    );
  }
  if (provider.saveClientInformation === undefined) {
    throw new OAuthClientFlowError(
      `The provider has no client information for ${issuer} and cannot register: return a pre-registered client from ` +
        'clientInformation(), or implement saveClientInformation().',
      'CLIENT_INFORMATION_MISSING'
    );
  }
  const registered = await register(provider, server, request);
  firstIssuersOf(provider).set(registered.client_id, issuer);
  request.onRegistered?.();
  await provider.saveClientInformation({ ...registered, issuer }, { issuer });
  return registered;
}

/** Registers with a scope; without, at a server that has other ideas of what may be registered than its resource. */
async function register(
  provider: OAuthClientProvider,
  server: OAuthServerInfo,
  { fetchFn, scope: resolved }: ClientRequest
): Promise<OAuthClientInformationMixed> {
  const clientMetadata = resolveClientMetadata(provider);
  const common = { metadata: server.authorizationServerMetadata, clientMetadata, fetchFn };
  const scope = scopeToRegister(server, clientMetadata.scope, resolved);
  try {
    return await registerClient(server.authorizationServerUrl, { ...common, scope });
  } catch (error) {
    if (!(error instanceof RegistrationRejectedError) || scope === mergeScopes(clientMetadata.scope)) throw error;
    const { code } = await parseErrorResponse(error.body);
    if (code !== 'invalid_client_metadata' && code !== 'invalid_scope') throw error;
    return registerClient(server.authorizationServerUrl, common);
  }
}

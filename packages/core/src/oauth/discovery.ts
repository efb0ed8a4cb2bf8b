import type { FetchLike } from '../fetch.js';
import { SdkHttpError } from '../errors.js';
import { LATEST_PROTOCOL_VERSION } from '../protocolVersions.js';
import {
  OAuthMetadataSchema,
  OAuthProtectedResourceMetadataSchema,
  type AuthorizationServerMetadata,
  type OAuthMetadata,
  type OAuthProtectedResourceMetadata
} from './schemas.js';
import { OAuthClientFlowError } from './errors.js';
import { InvalidDocumentError, IssuerMismatchError } from './flowErrors.js';
import { checkDocument, oauthFetch, parseJson, readBody, withoutNulls } from './http.js';
import type { OAuthServerInfo } from './provider.js';

/** A GET that a browser's CORS preflight rejects because of our header is repeated without it. */
async function getWithOptionalHeader(
  url: URL,
  protocolVersion: string,
  fetchFn: FetchLike
): Promise<Response | undefined> {
  const accept = { Accept: 'application/json' };
  try {
    return await fetchFn(url, { headers: { ...accept, 'MCP-Protocol-Version': protocolVersion } });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  try {
    return await fetchFn(url, { headers: accept });
  } catch (error) {
    // A browser hides why: CORS, as a rule, so the document is not for us. Elsewhere `cause` names a network failure.
    if (error instanceof TypeError && error.cause === undefined) return undefined;
    throw error;
  }
}

/**
 * Fetches one well-known document; `undefined` when there is none at that URL: a 4xx, a 502 from a gateway, a redirect
 * to somewhere else, or a page instead of JSON. Any other failure is thrown, since the next URL would hide it.
 */
async function fetchDocument(url: URL, protocolVersion: string, fetchFn: FetchLike): Promise<unknown> {
  let response: Response | undefined;
  try {
    response = await getWithOptionalHeader(url, protocolVersion, fetchFn);
  } catch (error) {
    if (error instanceof SdkHttpError) return undefined;
    throw error;
  }
  if (response === undefined) return undefined;
  if (response.ok) return withoutNulls(parseJson(await readBody(response)));
  await response.body?.cancel();
  if (response.status >= 500 && response.status !== 502) {
    throw new InvalidDocumentError(url, `the server answered HTTP ${response.status}. Try again later.`);
  }
  return undefined;
}

interface FoundResourceMetadata {
  resourceMetadata: OAuthProtectedResourceMetadata;
  resourceMetadataUrl: string;
}

/** Looks where the challenge says, then below the well-known path of the resource, then at its root (RFC 9728 §3.1, §5.1). */
async function findResourceMetadata(
  serverUrl: string | URL,
  opts: { protocolVersion?: string; resourceMetadataUrl?: string | URL },
  fetchFn: FetchLike
): Promise<FoundResourceMetadata | undefined> {
  const server = new URL(serverUrl);
  const path = server.pathname.replace(/\/$/, '');
  const root = '/.well-known/oauth-protected-resource';
  const candidates = [`${root}${path}${server.search}`, root].map(candidate => new URL(candidate, server).href);
  if (opts.resourceMetadataUrl !== undefined) candidates.unshift(new URL(opts.resourceMetadataUrl, server).href);
  for (const candidate of new Set(candidates)) {
    const url = new URL(candidate);
    const document = await fetchDocument(url, opts.protocolVersion ?? LATEST_PROTOCOL_VERSION, fetchFn);
    if (document === undefined) continue;
    const resourceMetadata = checkDocument(OAuthProtectedResourceMetadataSchema, document, url);
    return { resourceMetadata, resourceMetadataUrl: candidate };
  }
  return undefined;
}

/**
 * The protected resource metadata (RFC 9728) of an MCP server: from `resourceMetadataUrl` (of the challenge) when there
 * is a document, else from the well-known URL with the server's path, else from the one at its root.
 * @throws {OAuthClientFlowError} when there is none
 * @throws {InvalidDocumentError} when there is one that does not fit
 */
export async function discoverOAuthProtectedResourceMetadata(
  serverUrl: string | URL,
  opts: { protocolVersion?: string; resourceMetadataUrl?: string | URL } = {},
  fetchFn?: FetchLike
): Promise<OAuthProtectedResourceMetadata> {
  const found = await findResourceMetadata(serverUrl, opts, oauthFetch(fetchFn));
  if (found !== undefined) return found.resourceMetadata;
  throw new OAuthClientFlowError(
    `${new URL(serverUrl).href} has no protected resource metadata (RFC 9728).`,
    'NO_RESOURCE_METADATA'
  );
}

/**
 * Where an authorization server's metadata can be, in the order to try: RFC 8414 with the issuer's path inserted,
 * OpenID Connect Discovery likewise, OpenID Connect Discovery appended to the path.
 * @see MCP 2026-07-28, Authorization Server Metadata Discovery
 */
export function buildDiscoveryUrls(authorizationServerUrl: string | URL): { url: URL; type: 'oauth' | 'oidc' }[] {
  const issuer = new URL(authorizationServerUrl);
  const path = issuer.pathname.replace(/\/$/, '');
  const at = (pathname: string, type: 'oauth' | 'oidc'): { url: URL; type: 'oauth' | 'oidc' } => ({
    url: new URL(pathname, issuer.origin),
    type
  });
  const urls = [
    at(`/.well-known/oauth-authorization-server${path}`, 'oauth'),
    at(`/.well-known/openid-configuration${path}`, 'oidc')
  ];
  if (path !== '') urls.push(at(`${path}/.well-known/openid-configuration`, 'oidc'));
  return urls;
}

/** RFC 8414 §3.3: identical. Only a URL that we derived from an origin cannot tell whether its `/` belongs to the issuer. */
function isExpectedIssuer(issuer: string, expected: string | URL): boolean {
  if (typeof expected === 'string') return issuer === expected;
  return issuer.replace(/\/$/, '') === expected.href.replace(/\/$/, '');
}

/** What the functions that look for authorization server metadata accept. */
export interface MetadataDiscoveryOptions {
  fetchFn?: FetchLike;
  /** The `MCP-Protocol-Version` to send. */
  protocolVersion?: string;
  /** Accept metadata that names another issuer. **Weakens security**: for servers known to be misconfigured. */
  skipIssuerValidation?: boolean;
}

async function discoverAt(
  urls: URL[],
  expectedIssuer: string | URL,
  { fetchFn, protocolVersion = LATEST_PROTOCOL_VERSION, skipIssuerValidation }: MetadataDiscoveryOptions
): Promise<OAuthMetadata | undefined> {
  for (const url of urls) {
    const document = await fetchDocument(url, protocolVersion, oauthFetch(fetchFn));
    if (document === undefined) continue;
    const metadata = checkDocument(OAuthMetadataSchema, document, url);
    if (skipIssuerValidation !== true && !isExpectedIssuer(metadata.issuer, expectedIssuer)) {
      throw new IssuerMismatchError('metadata', String(expectedIssuer), metadata.issuer);
    }
    return metadata;
  }
  return undefined;
}

/**
 * The metadata of an authorization server, from the first of {@link buildDiscoveryUrls} that has a document;
 * `undefined` when none has.
 * @param authorizationServerUrl the issuer, exactly as metadata names it; a `URL` object tolerates one trailing slash
 * @throws {IssuerMismatchError} when the document names another issuer (RFC 8414 §3.3)
 * @throws {InvalidDocumentError} when a document does not fit, or a server fails with a 5xx other than 502
 */
export async function discoverAuthorizationServerMetadata(
  authorizationServerUrl: string | URL,
  options: MetadataDiscoveryOptions = {}
): Promise<AuthorizationServerMetadata | undefined> {
  const urls = buildDiscoveryUrls(authorizationServerUrl).map(({ url }) => url);
  return discoverAt(urls, authorizationServerUrl, options);
}

/** @deprecated Use {@link discoverAuthorizationServerMetadata}, which also knows OpenID Connect Discovery. */
export async function discoverOAuthMetadata(
  issuer: string | URL,
  options: { authorizationServerUrl?: string | URL; protocolVersion?: string } = {},
  fetchFn?: FetchLike
): Promise<OAuthMetadata | undefined> {
  const server = options.authorizationServerUrl ?? issuer;
  const [rfc8414] = buildDiscoveryUrls(server);
  return discoverAt(rfc8414 === undefined ? [] : [rfc8414.url], server, { ...options, fetchFn });
}

/** What {@link discoverOAuthServerInfo} accepts. */
export interface ServerInfoOptions {
  /** The `resource_metadata` of a challenge. */
  resourceMetadataUrl?: URL;
  fetchFn?: FetchLike;
  /** As {@link MetadataDiscoveryOptions.skipIssuerValidation}. */
  skipIssuerMetadataValidation?: boolean;
}

/** The same with where the resource metadata was found, for those who store it. */
export async function discoverServer(
  serverUrl: string | URL,
  opts: ServerInfoOptions = {}
): Promise<OAuthServerInfo & { resourceMetadataUrl?: string }> {
  const found = await findResourceMetadata(serverUrl, opts, oauthFetch(opts.fetchFn));
  // Without RFC 9728 metadata the MCP server's origin is its own authorization server (MCP 2025-03-26, §2.3).
  const named = found?.resourceMetadata.authorization_servers?.[0];
  const authorizationServer = named ?? new URL('/', serverUrl);
  const authorizationServerMetadata = await discoverAuthorizationServerMetadata(authorizationServer, {
    fetchFn: opts.fetchFn,
    skipIssuerValidation: opts.skipIssuerMetadataValidation
  });
  return { ...found, authorizationServerUrl: String(authorizationServer), authorizationServerMetadata };
}

/** Everything about a protected resource that an authorization needs: its metadata, and its authorization server's. */
export async function discoverOAuthServerInfo(
  serverUrl: string | URL,
  opts: ServerInfoOptions = {}
): Promise<OAuthServerInfo> {
  const { resourceMetadataUrl: _where, ...info } = await discoverServer(serverUrl, opts);
  return info;
}

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
import { InvalidDocumentError, IssuerMismatchError, MetadataUnavailableError } from './flowErrors.js';
import { type Answer, assertSecureIssuer, checkDocument, parseJson, send, withoutNulls } from './http.js';
import { sameIssuer } from './issuer.js';
import type { OAuthServerInfo } from './provider.js';

/** A GET that a browser's CORS preflight rejects because of our header is repeated without it. */
async function getWithOptionalHeader(
  url: URL,
  protocolVersion: string,
  fetchFn: FetchLike | undefined
): Promise<Answer | undefined> {
  const accept = { Accept: 'application/json' };
  try {
    return await send(fetchFn, url, { headers: { ...accept, 'MCP-Protocol-Version': protocolVersion } });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  try {
    return await send(fetchFn, url, { headers: accept });
  } catch (error) {
    // A browser hides why: CORS, as a rule, so the document is not for us. Elsewhere `cause` names a network failure.
    if (error instanceof TypeError && error.cause === undefined) return undefined;
    throw error;
  }
}

/**
 * Fetches one well-known document; `undefined` when there is none at that URL: a 4xx, a 502 from a gateway, a redirect
 * to somewhere else, or a page instead of JSON. Any other failure is thrown, since the next URL would hide it.
 * @param doubts collects what may as well have been a failure that passes
 */
async function fetchDocument(
  url: URL,
  protocolVersion: string,
  fetchFn: FetchLike | undefined,
  doubts: Error[]
): Promise<unknown> {
  let answer: Answer | undefined;
  try {
    answer = await getWithOptionalHeader(url, protocolVersion, fetchFn);
  } catch (error) {
    if (!(error instanceof SdkHttpError)) throw error;
    doubts.push(error);
    return undefined;
  }
  if (answer === undefined) {
    doubts.push(new InvalidDocumentError(url, 'the browser does not let it be read. It may be out of reach.'));
    return undefined;
  }
  const { ok, status } = answer.response;
  if (ok) {
    const document = withoutNulls(parseJson(answer.text));
    if (document === undefined) doubts.push(new InvalidDocumentError(url, 'it is not JSON.'));
    return document;
  }
  if (status < 500 && status !== TOO_MANY_REQUESTS) return undefined;
  const failure = new InvalidDocumentError(url, `the server answered HTTP ${status}. Try again later.`);
  if (status !== 502) throw failure;
  doubts.push(failure);
  return undefined;
}

const TOO_MANY_REQUESTS = 429;

interface FoundResourceMetadata {
  resourceMetadata: OAuthProtectedResourceMetadata;
  resourceMetadataUrl: string;
}

/** What stands in the way of an answer that may be there later. */
interface Obstacles {
  /** What may as well have been a failure that passes. */
  doubts: Error[];
  /** The URLs of resource metadata that had no document. */
  missed: string[];
}

/** Looks where the challenge says, then below the well-known path of the resource, then at its root (RFC 9728 §3.1, §5.1). */
async function findResourceMetadata(
  serverUrl: string | URL,
  opts: { protocolVersion?: string; resourceMetadataUrl?: string | URL },
  fetchFn: FetchLike | undefined,
  { doubts, missed }: Obstacles = { doubts: [], missed: [] }
): Promise<FoundResourceMetadata | undefined> {
  const server = new URL(serverUrl);
  const path = server.pathname.replace(/\/$/, '');
  const root = '/.well-known/oauth-protected-resource';
  const candidates = [`${root}${path}${server.search}`, root].map(candidate => new URL(candidate, server).href);
  if (opts.resourceMetadataUrl !== undefined) candidates.unshift(new URL(opts.resourceMetadataUrl, server).href);
  for (const candidate of new Set(candidates)) {
    const url = new URL(candidate);
    const document = await fetchDocument(url, opts.protocolVersion ?? LATEST_PROTOCOL_VERSION, fetchFn, doubts);
    if (document === undefined) {
      missed.push(candidate);
      continue;
    }
    const resourceMetadata = checkDocument(OAuthProtectedResourceMetadataSchema, document, url);
    return { resourceMetadata, resourceMetadataUrl: candidate };
  }
  return undefined;
}

/**
 * Fetches the protected resource metadata of an MCP server: from `resourceMetadataUrl` (of the challenge) when there is
 * a
 * document, else from the well-known URL with the server's path, else from the one at its root.
 * @param serverUrl the MCP server
 * @param opts what the challenge named, and the `MCP-Protocol-Version` to send
 * @param fetchFn what sends; the global `fetch` when omitted
 * @returns the metadata, checked
 * @throws {OAuthClientFlowError} with `NO_RESOURCE_METADATA` when there is none
 * @throws {InvalidDocumentError} when there is one that does not fit
 * @see RFC 9728 §3, §5.1
 */
export async function discoverOAuthProtectedResourceMetadata(
  serverUrl: string | URL,
  opts: { protocolVersion?: string; resourceMetadataUrl?: string | URL } = {},
  fetchFn?: FetchLike
): Promise<OAuthProtectedResourceMetadata> {
  const found = await findResourceMetadata(serverUrl, opts, fetchFn);
  if (found !== undefined) return found.resourceMetadata;
  throw new OAuthClientFlowError(
    `${new URL(serverUrl).href} has no protected resource metadata (RFC 9728).`,
    'NO_RESOURCE_METADATA'
  );
}

/**
 * Lists where an authorization server's metadata can be, in the order to try: RFC 8414 with the issuer's path inserted,
 * OpenID
 * Connect Discovery likewise, OpenID Connect Discovery appended to the path.
 * @param authorizationServerUrl the issuer
 * @returns two URLs for an issuer without a path, three for one with
 * @see MCP 2026-07-28, Authorization Server Metadata Discovery; RFC 8414 §3.1
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
  { fetchFn, protocolVersion = LATEST_PROTOCOL_VERSION, skipIssuerValidation }: MetadataDiscoveryOptions,
  doubts: Error[] = []
): Promise<OAuthMetadata | undefined> {
  for (const url of urls) {
    const document = await fetchDocument(url, protocolVersion, fetchFn, doubts);
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
 * Fetches the metadata of an authorization server, from the first of {@link buildDiscoveryUrls} that has a document.
 * @param authorizationServerUrl the issuer, exactly as metadata names it; a `URL` object tolerates one trailing slash
 * @param options the fetch, and what is to be tolerated
 * @returns the metadata, checked; undefined when there is none
 * @throws {IssuerMismatchError} when the document names another issuer (RFC 8414 §3.3)
 * @throws {InvalidDocumentError} when a document does not fit, or a server fails with 429 or a 5xx other than 502
 * @throws {OAuthClientFlowError} with `INSECURE_ISSUER`, before anything is sent, when anybody could answer for the
 *   server
 * @see RFC 8414 §3; OpenID Connect Discovery 1.0 §4
 */
export async function discoverAuthorizationServerMetadata(
  authorizationServerUrl: string | URL,
  options: MetadataDiscoveryOptions = {}
): Promise<AuthorizationServerMetadata | undefined> {
  assertSecureIssuer(authorizationServerUrl);
  const urls = buildDiscoveryUrls(authorizationServerUrl).map(({ url }) => url);
  return discoverAt(urls, authorizationServerUrl, options);
}

/**
 * Fetches the metadata of an authorization server from its RFC 8414 URL alone.
 * @param issuer the issuer, exactly as metadata names it
 * @param options another server to ask in its place, and the `MCP-Protocol-Version` to send
 * @param fetchFn what sends; the global `fetch` when omitted
 * @returns the metadata, checked; undefined when there is none
 * @throws as {@link discoverAuthorizationServerMetadata}
 * @deprecated Use {@link discoverAuthorizationServerMetadata}, which also knows OpenID Connect Discovery.
 */
export async function discoverOAuthMetadata(
  issuer: string | URL,
  options: { authorizationServerUrl?: string | URL; protocolVersion?: string } = {},
  fetchFn?: FetchLike
): Promise<OAuthMetadata | undefined> {
  const server = options.authorizationServerUrl ?? issuer;
  assertSecureIssuer(server);
  const [rfc8414] = buildDiscoveryUrls(server);
  return discoverAt(rfc8414 === undefined ? [] : [rfc8414.url], server, { ...options, fetchFn });
}

/** Configures {@link discoverOAuthServerInfo}. */
export interface ServerInfoOptions {
  /** The `resource_metadata` of a challenge. */
  resourceMetadataUrl?: URL;
  fetchFn?: FetchLike;
  /** As {@link MetadataDiscoveryOptions.skipIssuerValidation}. */
  skipIssuerMetadataValidation?: boolean;
}

/** A server as discovery found it, and where the resource metadata was. */
export type FoundServer = OAuthServerInfo & { resourceMetadataUrl?: string };

/**
 * Finds out who is in charge of a protected resource, or that it cannot be told now.
 * @param known what was known before: a document that was there once is not taken to be gone because it cannot be had
 * @throws {MetadataUnavailableError} when it cannot be told, and may be later
 * @throws {OAuthClientFlowError} when what was found cannot be used
 */
export async function discoverServer(
  serverUrl: string | URL,
  opts: ServerInfoOptions = {},
  known?: FoundServer
): Promise<FoundServer> {
  const obstacles: Obstacles = { doubts: [], missed: [] };
  const origin = new URL('/', serverUrl);
  const found = await findResourceMetadata(serverUrl, opts, opts.fetchFn, obstacles).catch((error: unknown) => {
    throw asUnavailable(error, serverUrl);
  });
  if (found === undefined) {
    const isElsewhere = known !== undefined && !sameIssuer(known.authorizationServerUrl, origin.href);
    const isExpected = opts.resourceMetadataUrl !== undefined || known?.resourceMetadata !== undefined || isElsewhere;
    if (isExpected) throw new MetadataUnavailableError(serverUrl, undefined, obstacles.doubts[0]);
  }
  // Without RFC 9728 metadata the MCP server's origin is its own authorization server (MCP 2025-03-26, §2.3).
  const named = nameOfServer(found?.resourceMetadata, known);
  const authorizationServer = named ?? origin;
  assertSecureIssuer(authorizationServer);
  const isKnown = known !== undefined && sameIssuer(known.authorizationServerUrl, String(authorizationServer));
  const movedTo = known !== undefined && !isKnown ? String(authorizationServer) : undefined;
  // A document that merely stands in for the one that was expected does not move the resource elsewhere.
  const expectedAt = known?.resourceMetadataUrl ?? opts.resourceMetadataUrl?.href;
  if (movedTo !== undefined && expectedAt !== undefined && obstacles.missed.includes(expectedAt))
    throw new MetadataUnavailableError(serverUrl, undefined, obstacles.doubts[0]);
  const doubts: Error[] = [];
  const authorizationServerMetadata = await findServerMetadata(serverUrl, authorizationServer, opts, doubts).catch(
    (error: unknown) => {
      if (movedTo === undefined || error instanceof IssuerMismatchError) throw error;
      throw new MetadataUnavailableError(serverUrl, movedTo, error);
    }
  );
  if (authorizationServerMetadata === undefined) {
    const isExpected = movedTo !== undefined || known?.authorizationServerMetadata !== undefined;
    // A server without metadata has its endpoints at default paths (MCP 2025-03-26, §2.3.2): only when that is certain.
    if (isExpected || (named !== undefined && doubts.length > 0))
      throw new MetadataUnavailableError(serverUrl, movedTo, doubts[0]);
  }
  return { ...found, authorizationServerUrl: String(authorizationServer), authorizationServerMetadata };
}

/**
 * Looks for the metadata of an authorization server in all the places; resolves to undefined when there is none.
 * @param doubts collects what may as well have been a failure that passes
 * @throws {MetadataUnavailableError} when the network fails
 */
export async function findServerMetadata(
  serverUrl: string | URL,
  authorizationServer: string | URL,
  { fetchFn, skipIssuerMetadataValidation: skipIssuerValidation }: ServerInfoOptions,
  doubts: Error[]
): Promise<AuthorizationServerMetadata | undefined> {
  const urls = buildDiscoveryUrls(authorizationServer).map(({ url }) => url);
  try {
    return await discoverAt(urls, authorizationServer, { fetchFn, skipIssuerValidation }, doubts);
  } catch (error) {
    throw asUnavailable(error, serverUrl);
  }
}

/** What `fetch` throws says nothing of the server; an abort is its caller's to see. */
function asUnavailable(error: unknown, serverUrl: string | URL): unknown {
  if (error instanceof OAuthClientFlowError || (error as Error | undefined)?.name === 'AbortError') return error;
  return new MetadataUnavailableError(serverUrl, undefined, error);
}

/**
 * Returns the authorization server that the metadata names: the known one, if it is still listed, whatever the order.
 */
function nameOfServer(
  resourceMetadata: OAuthProtectedResourceMetadata | undefined,
  known: OAuthServerInfo | undefined
): string | undefined {
  const listed = resourceMetadata?.authorization_servers ?? [];
  return listed.find(url => known !== undefined && sameIssuer(url, known.authorizationServerUrl)) ?? listed[0];
}

/**
 * Finds out everything about a protected resource that an authorization needs: its metadata, and its authorization
 * server's.
 * @param serverUrl the MCP server
 * @param opts what the challenge named, the fetch, and what is to be tolerated
 * @returns what was found; the server's origin is its own authorization server where no metadata names one
 * @throws {MetadataUnavailableError} when it cannot be told now, and may be later
 * @throws {OAuthClientFlowError} when what was found cannot be used
 * @see RFC 9728 §3; RFC 8414 §3; MCP 2025-03-26, §2.3
 */
export async function discoverOAuthServerInfo(
  serverUrl: string | URL,
  opts: ServerInfoOptions = {}
): Promise<OAuthServerInfo> {
  const { resourceMetadataUrl: _where, ...info } = await discoverServer(serverUrl, opts);
  return info;
}

import { sha256 } from './base64url.js';
import { storedClient } from './clientSelection.js';
import { isGuess, issuerOf, sameIssuer } from './issuer.js';
import type { OAuthProtectedResourceMetadata } from './schemas.js';
import { discoverServer, findServerMetadata, type FoundServer } from './discovery.js';
import { OAuthClientFlowError } from './errors.js';
import { InvalidDocumentError, MetadataUnavailableError, ResourceMismatchError } from './flowErrors.js';
import { assertSecureIssuer } from './http.js';
import type { FlowOptions } from './flowContext.js';
import type { ScopeLedger } from './ledger.js';
import type { OAuthClientProvider, OAuthDiscoveryState } from './provider.js';
import { checkResourceAllowed, resourceUrlFromServerUrl } from './resource.js';

/** How long discovery is believed, in milliseconds. */
const DISCOVERY_LIFETIME = 24 * 60 * 60 * 1000;

/** A time of discovery so long ago that it is made again at the next need: what is known is not all there is. */
const DUE = 0;

/**
 * Tells what storage, memory or the network says about the server, and binds the ledger to its issuer. A look at the
 * network that fails for now changes nothing: what is known stays in use, and the next need looks again.
 */
export async function resolveServer(
  provider: OAuthClientProvider,
  options: FlowOptions,
  ledger: ScopeLedger
): Promise<OAuthDiscoveryState> {
  const stored = await knownState(provider, ledger);
  const known = stored ?? ledger.discovery ?? ofTokens(ledger);
  if (stored !== undefined && options.revalidate !== 'now' && isCurrent(stored, options)) {
    return takeUp(stored, provider, options, ledger);
  }
  let found: FoundServer;
  try {
    found = await discoverServer(options.serverUrl, options, known);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (known === undefined || !mayPass(error, options)) throw error;
    return takeUp(known, provider, options, ledger, error);
  }
  // Nothing of a server that claims to be another is kept.
  await selectResourceURL(options.serverUrl, provider, found.resourceMetadata);
  const issuer = issuerOf(found);
  const knownIssuer = known === undefined ? issuer : issuerOf(known);
  const hasMoved = !sameIssuer(knownIssuer, issuer);
  // Credentials without a stamp belong to the issuer that they were used with first (R27): for another resource, maybe.
  const isUnknown = known === undefined || isGuess(known);
  const discoveredAt = Date.now();
  const isGuessed = isGuess({ ...found, discoveredAt });
  const ownIssuer = isGuessed ? undefined : issuer;
  const first = isUnknown ? ((await provider.tokens())?.issuer ?? ownIssuer) : knownIssuer;
  const credentialsIssuer = ledger.credentialsIssuer ?? known?.credentialsIssuer ?? first;
  // A server that must not get the credentials is not taken up: once the metadata is right again, all goes on.
  await storedClient(provider, issuer, { mustExist: false, credentialsIssuer, isGuessed });
  const earlierTokens = hasMoved ? await tokensOf(knownIssuer, provider, ledger, known) : known?.earlierTokens;
  ledger.credentialsIssuer = credentialsIssuer;
  ledger.bind(issuer);
  const state = {
    ...found,
    earlierTokens,
    requestedScope: hasMoved ? undefined : known?.requestedScope,
    requestedIssuer: known?.requestedIssuer,
    invalidScope: ledger.state.invalid,
    discoveredAt
  };
  await saveDiscovery(provider, ledger, state);
  await provider.saveAuthorizationServerUrl?.(found.authorizationServerUrl);
  return state;
}

/** Notes whose the stored tokens are when another server takes charge, if they do not say so themselves. */
async function tokensOf(
  issuer: string,
  provider: OAuthClientProvider,
  { resource }: ScopeLedger,
  known: OAuthDiscoveryState | undefined
): Promise<OAuthDiscoveryState['earlierTokens']> {
  const tokens = await provider.tokens({ issuer, resource });
  if (tokens === undefined || tokens.issuer !== undefined) return known?.earlierTokens;
  const hash = await sha256(tokens.access_token);
  return known?.earlierTokens?.hash === hash ? known.earlierTokens : { issuer, hash };
}

/**
 * Goes on with what is known.
 * @param outage the error that kept more from being known
 */
async function takeUp(
  known: OAuthDiscoveryState,
  provider: OAuthClientProvider,
  options: FlowOptions,
  ledger: ScopeLedger,
  outage?: unknown
): Promise<OAuthDiscoveryState> {
  ledger.credentialsIssuer ??= known.credentialsIssuer ?? (isGuess(known) ? undefined : issuerOf(known));
  assertSecureIssuer(known.authorizationServerUrl);
  if (known.authorizationServerMetadata === undefined) return completeState(known, provider, options, ledger, outage);
  ledger.bind(issuerOf(known));
  return known;
}

/** Returns the least that can be known: the stamp of stored tokens names their issuer. */
function ofTokens({ state: { issuer } }: ScopeLedger): OAuthDiscoveryState | undefined {
  return issuer === undefined ? undefined : { authorizationServerUrl: issuer, discoveredAt: DUE };
}

/**
 * Tells whether a look at the network failed in a way that says nothing about who is in charge, and nobody is misled by
 * going on.
 */
function mayPass(error: unknown, { revalidate }: FlowOptions): boolean {
  if (error instanceof MetadataUnavailableError) return error.movedTo === undefined || revalidate !== 'now';
  return error instanceof InvalidDocumentError || hasFlowCode(error, 'REQUEST_TIMEOUT');
}

function hasFlowCode(error: unknown, code: string): boolean {
  return error instanceof OAuthClientFlowError && error.code === code;
}

/** Stores what is known of the server; for providers that do not keep it, in the ledger. */
export async function saveDiscovery(
  provider: OAuthClientProvider,
  ledger: ScopeLedger,
  state: OAuthDiscoveryState
): Promise<void> {
  const { resource: requestedResource, credentialsIssuer = state.credentialsIssuer } = ledger;
  ledger.discovery = { ...state, requestedResource, credentialsIssuer };
  await provider.saveDiscoveryState?.(ledger.discovery);
}

/** Has discovery made again at the next need, since an endpoint is not where the metadata says. */
export async function doubtDiscovery(provider: OAuthClientProvider, ledger: ScopeLedger): Promise<void> {
  const known = await knownState(provider, ledger);
  if (known?.discoveredAt !== undefined && !isGuess(known))
    await saveDiscovery(provider, ledger, { ...known, discoveredAt: DUE });
}

/** Tells what is known of this resource: storage may have room for one, and hold another's. */
async function knownState(
  provider: OAuthClientProvider,
  ledger: ScopeLedger
): Promise<OAuthDiscoveryState | undefined> {
  if (provider.discoveryState === undefined) return ledger.discovery;
  const stored = await provider.discoveryState();
  const isOurs = stored?.requestedResource === undefined || stored.requestedResource === ledger.resource;
  return isOurs ? stored : ledger.discovery;
}

/**
 * Looks for metadata of a server that is known without: a host may have named it by hand, the stamp of tokens tells no
 * more, and a server that publishes none may begin to.
 * @throws {MetadataUnavailableError} when it cannot be told where the endpoints are
 */
async function completeState(
  known: OAuthDiscoveryState,
  provider: OAuthClientProvider,
  options: FlowOptions,
  ledger: ScopeLedger,
  outage: unknown
): Promise<OAuthDiscoveryState> {
  const { serverUrl } = options;
  // A URL that no metadata names was derived from the server's, and may have one slash too many.
  const isNamed = known.resourceMetadata?.authorization_servers?.[0] !== undefined;
  const isDerived = !isNamed && new URL(known.authorizationServerUrl).pathname === '/';
  const server = isDerived ? new URL(known.authorizationServerUrl) : known.authorizationServerUrl;
  // Once a server was found to publish none, a failure does not bring that into question.
  const hasNone = known.discoveredAt !== undefined && known.discoveredAt !== DUE;
  const doubts: Error[] = [];
  const authorizationServerMetadata = await findServerMetadata(serverUrl, server, options, doubts).catch(
    (error: unknown) => {
      if (!hasNone || !mayPass(error, options)) throw error;
      return undefined;
    }
  );
  const isUnclear = outage !== undefined || doubts.length > 0;
  if (authorizationServerMetadata === undefined && !hasNone && isUnclear)
    throw new MetadataUnavailableError(serverUrl, undefined, outage ?? doubts[0]);
  const state = { ...known, authorizationServerMetadata };
  ledger.bind(issuerOf(state));
  if (authorizationServerMetadata !== undefined || !hasNone) await saveDiscovery(provider, ledger, state);
  return state;
}

/**
 * Tells whether what is known still describes the server: a callback always belongs to the state it was started with.
 */
function isCurrent(known: OAuthDiscoveryState, options: FlowOptions): boolean {
  if (options.response !== undefined) return true;
  const { discoveredAt, resourceMetadataUrl } = known;
  if (discoveredAt !== undefined && Date.now() - discoveredAt > DISCOVERY_LIFETIME) return false;
  if (isGuess(known)) return false;
  const challenged = options.resourceMetadataUrl?.href;
  if (challenged === undefined || resourceMetadataUrl === challenged) return true;
  // A challenge that names metadata knows better than a look that found none, but not better than the host.
  return resourceMetadataUrl === undefined && discoveredAt === undefined;
}

/**
 * Returns the `resource` to send: what the metadata says, to the letter, since servers compare it as a string. When
 * there is metadata that cannot be had, it is the server's URL: a token must not be good for whatever else there is
 * (MCP 2026-07-28, Resource Parameter Implementation).
 */
export async function resolveResource(
  provider: OAuthClientProvider,
  { serverUrl, resourceMetadataUrl }: FlowOptions,
  { resourceMetadata, discoveredAt }: OAuthDiscoveryState
): Promise<string | undefined> {
  let selected = await selectResourceURL(serverUrl, provider, resourceMetadata);
  const isHidden = resourceMetadata === undefined && (resourceMetadataUrl !== undefined || discoveredAt === DUE);
  if (isHidden && provider.validateResourceURL === undefined) selected ??= resourceUrlFromServerUrl(serverUrl);
  if (selected === undefined) return undefined;
  await provider.saveResourceUrl?.(selected.href);
  const named = resourceMetadata?.resource;
  return named !== undefined && new URL(named).href === selected.href ? named : selected.href;
}

/**
 * Chooses the `resource` parameter of authorization and token requests: the provider's choice, else the one that the
 * metadata
 * names.
 * @param serverUrl the MCP server
 * @param provider its `validateResourceURL`, if any, chooses in place of all this
 * @param resourceMetadata of the MCP server, if it publishes any
 * @returns the resource; undefined when none is to be sent
 * @throws {ResourceMismatchError} when the metadata is for a resource that is not this server
 * @see RFC 8707 §2; RFC 9728 §3.3
 */
export async function selectResourceURL(
  serverUrl: string | URL,
  provider: OAuthClientProvider,
  resourceMetadata?: OAuthProtectedResourceMetadata
): Promise<URL | undefined> {
  if (provider.validateResourceURL !== undefined) {
    return provider.validateResourceURL(serverUrl, resourceMetadata?.resource);
  }
  if (resourceMetadata === undefined) return undefined;
  const requestedResource = resourceUrlFromServerUrl(serverUrl);
  if (!checkResourceAllowed({ requestedResource, configuredResource: resourceMetadata.resource })) {
    throw new ResourceMismatchError(requestedResource.href, resourceMetadata.resource);
  }
  return new URL(resourceMetadata.resource);
}

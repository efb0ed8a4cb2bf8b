import { ResourceMismatchError } from './errors.js';
import type { OAuthProtectedResourceMetadata } from './documents.js';
import type { OAuthClientProvider } from './provider.js';

/** The resource identifier of an MCP server: its URL without the fragment (RFC 8707 §2). */
export function resourceUrlFromServerUrl(url: URL | string): URL {
  const resource = new URL(url);
  resource.hash = '';
  return resource;
}

/** Whether a token for `configuredResource` is meant for `requestedResource`: same origin, and at or below its path. */
export function checkResourceAllowed(resources: {
  requestedResource: URL | string;
  configuredResource: URL | string;
}): boolean {
  const requested = new URL(resources.requestedResource);
  const configured = new URL(resources.configuredResource);
  if (requested.origin !== configured.origin) return false;
  const directory = (path: string): string => (path.endsWith('/') ? path : `${path}/`);
  return directory(requested.pathname).startsWith(directory(configured.pathname));
}

/**
 * The `resource` parameter (RFC 8707) of authorization and token requests: the provider's choice, else the one the
 * metadata names, else none.
 * @throws {ResourceMismatchError} when the metadata is for a resource that is not this server
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

/**
 * Makes the resource identifier of an MCP server.
 * @param url the MCP server
 * @returns its URL without the fragment
 * @see RFC 8707 §2
 */
export function resourceUrlFromServerUrl(url: URL | string): URL {
  const resource = new URL(url);
  resource.hash = '';
  return resource;
}

/**
 * Tells whether a token for `configuredResource` is meant for `requestedResource`: same origin, at or below its path,
 * and with
 * the same query where it has one. A resource identifier has neither fragment nor user information.
 * @param resources the MCP server, and the resource that its metadata names
 * @returns whether it is
 * @throws {TypeError} when either is no URL
 * @see RFC 8707 §2; RFC 9728 §3.3
 */
export function checkResourceAllowed(resources: {
  requestedResource: URL | string;
  configuredResource: URL | string;
}): boolean {
  const requested = new URL(resources.requestedResource);
  const configured = new URL(resources.configuredResource);
  if (requested.origin !== configured.origin) return false;
  if (configured.hash !== '' || configured.username !== '' || configured.password !== '') return false;
  if (configured.search !== '' && configured.search !== requested.search) return false;
  const directory = (path: string): string => (path.endsWith('/') ? path : `${path}/`);
  return directory(requested.pathname).startsWith(directory(configured.pathname));
}

import type { OAuthClientInformationMixed } from './schemas.js';

/** How a client proves who it is at the token endpoint (RFC 6749 §2.3). */
export type ClientAuthMethod = 'client_secret_basic' | 'client_secret_post' | 'none';

function isSupportedHere(method: string): method is ClientAuthMethod {
  return method === 'client_secret_basic' || method === 'client_secret_post' || method === 'none';
}

/**
 * Chooses how the client proves who it is: the method that it was registered with when the server supports it, else the
 * first
 * of basic, post and none that server and client have in common. A server that lists nothing supports basic.
 * @param clientInformation the client, with its secret if it has one
 * @param supportedMethods the server's `token_endpoint_auth_methods_supported`; empty when it lists none
 * @returns the method; `client_secret_post` for a secret that the server supports no method for
 * @see RFC 6749 §2.3; RFC 8414 §2
 */
export function selectClientAuthMethod(
  clientInformation: OAuthClientInformationMixed,
  supportedMethods: string[]
): ClientAuthMethod {
  const supports = (method: string): boolean => supportedMethods.length === 0 || supportedMethods.includes(method);
  const hasSecret = clientInformation.client_secret !== undefined;
  const registered =
    'token_endpoint_auth_method' in clientInformation ? clientInformation.token_endpoint_auth_method : undefined;
  if (
    registered !== undefined &&
    isSupportedHere(registered) &&
    supports(registered) &&
    (hasSecret || registered === 'none')
  ) {
    return registered;
  }
  if (!hasSecret) return 'none';
  if (supports('client_secret_basic')) return 'client_secret_basic';
  if (supports('client_secret_post')) return 'client_secret_post';
  return supports('none') ? 'none' : 'client_secret_post';
}

/** Encodes one value as `application/x-www-form-urlencoded`, as RFC 6749 §2.3.1 wants it inside Basic credentials. */
function formEncode(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1);
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** Adds the client's credentials to a token request. */
export function authenticateClient(
  method: ClientAuthMethod,
  { client_id, client_secret }: OAuthClientInformationMixed,
  headers: Headers,
  params: URLSearchParams
): void {
  if (method === 'client_secret_basic' && client_secret !== undefined) {
    headers.set('Authorization', `Basic ${base64(`${formEncode(client_id)}:${formEncode(client_secret)}`)}`);
    return;
  }
  params.set('client_id', client_id);
  if (method === 'client_secret_post' && client_secret !== undefined) params.set('client_secret', client_secret);
}

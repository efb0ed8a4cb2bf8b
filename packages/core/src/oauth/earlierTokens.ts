import { sha256 } from './base64url.js';
import type { OAuthClientProvider, OAuthDiscoveryState } from './provider.js';

// Tokens without a stamp that were stored before another authorization server took charge are not its tokens (R27).

/**
 * Tells whose stored tokens without a stamp are, when another server took charge after they had been stored.
 * @param token the access token
 */
export async function earlierIssuerOf(provider: OAuthClientProvider, token: string): Promise<string | undefined> {
  const earlier = (await provider.discoveryState?.())?.earlierTokens;
  return earlier !== undefined && earlier.hash === (await sha256(token)) ? earlier.issuer : undefined;
}

/**
 * Notes whose the stored tokens are when another server takes charge, if they do not say so themselves.
 * @param issuer the server that was in charge
 * @param noted what was noted before
 */
export async function noteEarlierTokens(
  provider: OAuthClientProvider,
  issuer: string,
  resource: string,
  noted: OAuthDiscoveryState['earlierTokens']
): Promise<OAuthDiscoveryState['earlierTokens']> {
  const tokens = await provider.tokens({ issuer, resource });
  if (tokens === undefined || tokens.issuer !== undefined) return noted;
  const hash = await sha256(tokens.access_token);
  return noted?.hash === hash ? noted : { issuer, hash };
}

import {
  auth as authorize,
  type AuthOptions,
  type AuthResult as Authorized,
  type OAuthClientProvider
} from '@scopeful/core';

/** How an authorization ended: with tokens stored, or with the user agent sent to the authorization server. */
export type AuthResult = Authorized['status'];

/**
 * Obtains tokens for an MCP server, as `authorize()` does, and tells the status alone: programs compare it.
 * @param provider who the client is, and where its credentials are kept
 * @param options the MCP server, what its challenge said, and what to ask for
 * @returns whether tokens are stored or the user was sent away
 * @throws as `authorize()`
 * @see MCP 2026-07-28, Authorization
 */
export async function auth(provider: OAuthClientProvider, options: AuthOptions): Promise<AuthResult> {
  const { status } = await authorize(provider, options);
  return status;
}

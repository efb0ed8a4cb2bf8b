/** How an authorization ended: with tokens stored, or with the user agent sent to the authorization server. */
export interface AuthResult {
  status: 'AUTHORIZED' | 'REDIRECT';
  /**
   * The scope that was sent to the authorization endpoint, or to the token endpoint in a flow without a user; after a
   * refresh, the scope of the refreshed token.
   */
  resolvedScope?: string;
}

import {
  ClientCredentialsProvider,
  CrossAppAccessProvider,
  PrivateKeyJwtProvider,
  requestJwtAuthorizationGrant,
  type OAuthClientProvider
} from '@scopeful/client';
import { WorkloadProvider } from './workloadProvider.js';

/** What the suite tells clients that nobody signs in with. */
export interface MachineFacts {
  client_id?: string;
  client_secret?: string;
  private_key_pem?: string;
  signing_algorithm?: string;
  /** What the platform says that a workload is. */
  valid_jwt?: string;
  /** The user's identity provider, and what it said about the user. */
  idp_token_endpoint?: string;
  idp_client_id?: string;
  idp_id_token?: string;
}

/** A client that exchanges what the user's identity provider said for a grant, and that for a token. */
function managedByEnterprise(facts: MachineFacts): OAuthClientProvider {
  const { idp_token_endpoint: tokenEndpoint = '', idp_id_token: idToken = '', idp_client_id: clientId = '' } = facts;
  return new CrossAppAccessProvider({
    clientId: facts.client_id ?? '',
    clientSecret: facts.client_secret ?? '',
    assertion: async ({ authorizationServerUrl: audience, resourceUrl: resource, scope, fetchFn }) => {
      const request = { tokenEndpoint, audience, resource, idToken, clientId, scope, fetchFn };
      return (await requestJwtAuthorizationGrant(request)).jwtAuthGrant;
    }
  });
}

/** The provider of a scenario whose client acts without a redirect. */
export function machineProvider(scenario: string, facts: MachineFacts): OAuthClientProvider | undefined {
  const { client_id: clientId = '', client_secret: clientSecret = '', private_key_pem: privateKey = '' } = facts;
  switch (scenario) {
    case 'auth/client-credentials-basic':
      return new ClientCredentialsProvider({ clientId, clientSecret });
    case 'auth/client-credentials-jwt':
      return new PrivateKeyJwtProvider({ clientId, privateKey, algorithm: facts.signing_algorithm ?? 'ES256' });
    case 'auth/cross-app-access-complete-flow':
    case 'auth/enterprise-managed-authorization':
      return managedByEnterprise(facts);
    case 'auth/wif-jwt-bearer':
      return new WorkloadProvider(clientId, facts.valid_jwt ?? '');
    default:
      return undefined;
  }
}

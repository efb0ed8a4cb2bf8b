import { createPublicKey } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import {
  Client,
  ClientCredentialsProvider,
  DpopSession,
  PrivateKeyJwtProvider,
  StreamableHTTPClientTransport,
  UnauthorizedError,
  type OAuthClientProvider
} from '@scopeful/client';
import { MemoryProvider } from '../../support/memoryProvider.js';
import { signIn } from '../../support/signIn.js';
import { KEY, PEM } from '../providers/harness.js';
import { startCertifiedServer, startJudgingResource } from './certified.js';
import { bind } from './harness.js';

const machine = {
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
  dpop_bound_access_tokens: true
};
const CLIENTS = [
  { ...machine, client_id: 'secretive', client_secret: 'secret', token_endpoint_auth_method: 'client_secret_basic' },
  {
    ...machine,
    client_id: 'signing',
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [{ ...createPublicKey(KEY).export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] }
  }
];

type Create = (expectedIssuer: string) => OAuthClientProvider;

it.each<[string, Create]>([
  [
    'a secret',
    expectedIssuer => new ClientCredentialsProvider({ clientId: 'secretive', clientSecret: 'secret', expectedIssuer })
  ],
  [
    'a private key',
    expectedIssuer =>
      new PrivateKeyJwtProvider({ clientId: 'signing', privateKey: PEM, algorithm: 'ES256', expectedIssuer })
  ]
])('a client with %s gets bound tokens of a certified server that an independent judge accepts', async (_, create) => {
  const { issuer } = await startCertifiedServer(CLIENTS);
  const { url, accepted } = await startJudgingResource(issuer);
  const session = await DpopSession.create();
  const authProvider = bind(create(issuer), session);
  const client = new Client({ name: 'test', version: '1.0.0' });
  onTestFinished(() => client.close());
  await client.connect(new StreamableHTTPClientTransport(url, { authProvider }));
  await client.callTool({ name: 'write' });
  expect(accepted.at(-1)).toMatchObject({ cnf: { jkt: session.thumbprint }, scope: 'notes:read notes:write' });
  expect(await authProvider.tokens()).toMatchObject({ token_type: 'DPoP' });
});

it('A user signs in at a certified server, and the bound tokens are refreshed and widened', async () => {
  const { issuer } = await startCertifiedServer([]);
  const resource = await startJudgingResource(issuer);
  const { url, accepted } = resource;
  const session = await DpopSession.create();
  const provider = bind(new MemoryProvider({ clientMetadata: { scope: 'notes:read notes:write' } }), session);
  const transport = new StreamableHTTPClientTransport(url, { authProvider: provider });
  const client = new Client({ name: 'test', version: '1.0.0' });
  onTestFinished(() => client.close());
  const signedIn = async (attempt: () => Promise<unknown>): Promise<unknown> => {
    const error = await attempt().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnauthorizedError);
    await transport.finishAuth((await signIn(provider.authorizationUrls.at(-1) ?? '')).searchParams);
    return attempt();
  };
  await signedIn(() => client.connect(transport));
  await signedIn(() => client.callTool({ name: 'write' }));
  expect(accepted.at(-1)).toMatchObject({ cnf: { jkt: session.thumbprint }, scope: 'notes:read notes:write' });

  const accessToken = provider.tokens()?.access_token;
  resource.expireNext = true;
  await client.callTool({ name: 'write' });
  expect(provider.tokens()?.access_token).not.toBe(accessToken);
  expect(provider.authorizationUrls).toHaveLength(2);
});

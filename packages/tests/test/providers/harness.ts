import { generateKeyPairSync } from 'node:crypto';
import { onTestFinished } from 'vitest';
import {
  Client,
  ClientCredentialsProvider,
  CrossAppAccessProvider,
  PrivateKeyJwtProvider,
  StaticPrivateKeyJwtProvider,
  type OAuthClientProvider
} from '@scopeful/client';
import { machineProvider, type Connection, type ScriptedWorld } from '../../support/scriptedWorld.js';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A private key for ES256. */
export const KEY = privateKey;
export const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** A client of a workload whose platform hands it a token of its own: that token is the grant. */
export function workloadProvider(platformToken: () => Promise<string>): OAuthClientProvider {
  const prepareTokenRequest = async (scope?: string): Promise<URLSearchParams> =>
    new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: await platformToken(),
      ...(scope !== undefined && { scope })
    });
  return Object.assign(machineProvider(), { prepareTokenRequest, saveClientInformation: undefined });
}

/** Every kind of client that acts without a redirect, for an authorization server. */
export const PROVIDERS: [string, (expectedIssuer: string) => OAuthClientProvider][] = [
  [
    'a ClientCredentialsProvider',
    expectedIssuer => new ClientCredentialsProvider({ clientId: 'machine', clientSecret: 'secret', expectedIssuer })
  ],
  [
    'a PrivateKeyJwtProvider',
    expectedIssuer =>
      new PrivateKeyJwtProvider({ clientId: 'machine', privateKey: PEM, algorithm: 'ES256', expectedIssuer })
  ],
  [
    'a StaticPrivateKeyJwtProvider',
    expectedIssuer =>
      new StaticPrivateKeyJwtProvider({ clientId: 'machine', jwtBearerAssertion: 'assertion', expectedIssuer })
  ],
  [
    'a CrossAppAccessProvider',
    expectedIssuer =>
      new CrossAppAccessProvider({
        clientId: 'machine',
        clientSecret: 'secret',
        assertion: ({ scope = '' }) => `grant for ${scope}`,
        expectedIssuer
      })
  ],
  ['a workload with prepareTokenRequest', () => workloadProvider(() => Promise.resolve('platform-token'))]
];

/** Connects a client that needs no user. */
export async function connect(world: ScriptedWorld, provider: OAuthClientProvider): Promise<Connection> {
  const client = new Client({ name: 'test', version: '1.0.0' });
  onTestFinished(() => client.close());
  const transport = world.createTransport({}, provider);
  await client.connect(transport);
  return { client, transport };
}

/** What a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => {
      throw new Error('it was not rejected');
    },
    (error: unknown) => error as Error
  );
}

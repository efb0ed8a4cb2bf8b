import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify, type JWTPayload } from 'jose';
import { onTestFinished } from 'vitest';
import { accessTokenHash, Client, DpopSession, type OAuthClientProvider } from '@scopeful/client';
import type { ScriptedAnswer, TokenRequest } from '../../support/scriptedAuthorizationServer.js';
import type { ResourceRequest, ResourceScript } from '../../support/scriptedResource.js';
import { createWorld, type Connection, type Scenario, type ScriptedWorld } from '../../support/scriptedWorld.js';

/** A proof, once its signature was found to be right. */
export interface Proof extends JWTPayload {
  thumbprint: string;
  nonce?: string;
  ath?: string;
}

/** Checks a proof as far as it can be without the request (RFC 9449 §4.3). */
export async function readProof(proof: string | string[] | undefined): Promise<Proof> {
  const { payload, protectedHeader } = await jwtVerify(String(proof), EmbeddedJWK, {
    typ: 'dpop+jwt',
    requiredClaims: ['jti', 'htm', 'htu', 'iat'],
    maxTokenAge: 60
  });
  if (protectedHeader.jwk === undefined || 'd' in protectedHeader.jwk) throw new Error('not a public key');
  return { ...payload, thumbprint: await calculateJwkThumbprint(protectedHeader.jwk) };
}

export interface BoundScript {
  /** The nonce that each server wants in proofs; none by default. */
  nonces?: { authorization?: string; resource?: string };
  resource?: ResourceScript;
  transport?: Scenario['transport'];
}

/** A world whose servers take nothing but good proofs, each once, and record them. */
export interface BoundWorld extends ScriptedWorld {
  nonces: { authorization?: string; resource?: string };
  session: DpopSession;
  tokenProofs: Proof[];
  resourceProofs: Proof[];
}

/** Whether a proof is for this request; what is wrong with it otherwise. */
async function judge(
  proof: Proof,
  used: Proof[],
  expected: { htm: string; htu: string; nonce: string | undefined; token?: string | undefined }
): Promise<'use_dpop_nonce' | 'invalid_dpop_proof' | undefined> {
  const isFresh = !used.some(({ jti }) => jti === proof.jti);
  used.push(proof);
  const ath = expected.token === undefined ? undefined : await accessTokenHash(expected.token);
  if (!isFresh || proof['htm'] !== expected.htm || proof['htu'] !== expected.htu || proof.ath !== ath) {
    return 'invalid_dpop_proof';
  }
  return expected.nonce === undefined || proof.nonce === expected.nonce ? undefined : 'use_dpop_nonce';
}

function refuseToken(error: string, nonce: string | undefined): ScriptedAnswer {
  return { status: 400, body: { error }, headers: nonce === undefined ? {} : { 'dpop-nonce': nonce } };
}

function refuseRequest(request: ResourceRequest, error: string, nonce: string | undefined): ScriptedAnswer {
  const challenge = `DPoP error="${error}", resource_metadata="${request.metadataUrl}", algs="ES256"`;
  return {
    status: 401,
    body: '',
    headers: { 'www-authenticate': challenge, ...(nonce !== undefined && { 'dpop-nonce': nonce }) }
  };
}

/** Starts servers that bind tokens to keys, and gives the provider a session. */
export async function createBoundWorld({ nonces = {}, resource, transport }: BoundScript = {}): Promise<BoundWorld> {
  const world = await createWorld({ authorization: { tokenType: 'DPoP' }, resource, transport });
  const { as, rs, provider } = world;
  const session = await DpopSession.create();
  const bound = Object.assign(world, { nonces, session, tokenProofs: [] as Proof[], resourceProofs: [] as Proof[] });
  bind(provider, session);
  as.script.onToken = async ({ headers }: TokenRequest) => {
    const nonce = bound.nonces.authorization;
    const proof = await readProof(headers['dpop']);
    const error = await judge(proof, bound.tokenProofs, { htm: 'POST', htu: `${as.issuer}/token`, nonce });
    return error === undefined ? undefined : refuseToken(error, nonce);
  };
  rs.script.onRequest = async request => {
    if (request.token === undefined) return undefined;
    if (request.headers.authorization?.startsWith('DPoP ') !== true)
      return refuseRequest(request, 'invalid_token', undefined);
    const nonce = bound.nonces.resource;
    const proof = await readProof(request.headers['dpop']);
    const htu = new URL(request.path, rs.origin).href;
    const expected = { htm: request.httpMethod, htu, nonce, token: request.token };
    const error = await judge(proof, bound.resourceProofs, expected);
    return error === undefined ? undefined : refuseRequest(request, error, nonce);
  };
  return bound;
}

/** Lets a provider bind its tokens. */
export function bind<T extends OAuthClientProvider>(provider: T, session: DpopSession | undefined): T {
  return Object.assign(provider, { dpop: () => session });
}

/** Connects a client, with another provider than the world's when one is given; nobody is asked to sign in. */
export async function connectWith(world: ScriptedWorld, provider: OAuthClientProvider): Promise<Connection> {
  const client = new Client({ name: 'test', version: '1.0.0' });
  onTestFinished(() => client.close());
  const transport = world.createTransport({}, provider);
  await client.connect(transport);
  return { client, transport };
}

/** The thumbprints of all keys that proofs were signed with. */
export function thumbprints({ tokenProofs, resourceProofs }: BoundWorld): Set<string> {
  return new Set([...tokenProofs, ...resourceProofs].map(({ thumbprint }) => thumbprint));
}

import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  auth,
  checkResourceAllowed,
  OAuthError,
  refreshAuthorization,
  registerClient,
  RegistrationRejectedError,
  UnauthorizedError
} from '@scopeful/core';
import { authorizeResource } from '@scopeful/core/engine';
import { listenOnLoopback } from '../../support/loopback.js';
import { createWorld } from '../../support/scriptedWorld.js';
import { authorize, metadataOf, rejection, startAuthorizationServer, startServer, startWorld } from './harness.js';

function everythingOf(error: unknown): string {
  const { message, stack } = error as Error;
  return [message, stack, JSON.stringify(error), inspect(error, { depth: 10, showHidden: true })].join('\n');
}

describe('a server that is led to', () => {
  it.each(['http://as.example', 'http://192.0.2.1', 'ftp://as.example', 'file:///etc/passwd'])(
    'A server by the name of %s is not contacted: it is not protected by TLS',
    async issuer => {
      const { rs, provider } = await startWorld({ resource: { metadata: { authorization_servers: [issuer] } } });
      const sent: string[] = [];
      const fetchFn = (url: string | URL, init?: RequestInit): Promise<Response> => {
        sent.push(new URL(url).origin);
        return fetch(url, init);
      };
      await expect(auth(provider, { serverUrl: rs.url, fetchFn })).rejects.toMatchObject({ code: 'INSECURE_ISSUER' });
      expect(new Set(sent)).toEqual(new Set([rs.origin]));
    }
  );

  it('A server that was known before it was found to be insecure is not sent a refresh token either', async () => {
    const world = await startWorld();
    await authorize(world);
    const state = world.provider.discoveryState();
    world.provider.saveDiscoveryState({ ...state, authorizationServerUrl: 'http://as.example' });
    await expect(auth(world.provider, { serverUrl: world.rs.url })).rejects.toMatchObject({ code: 'INSECURE_ISSUER' });
  });
});

describe('the resource of metadata', () => {
  it.each<[string, string, boolean]>([
    ['https://mcp.example/mcp', 'https://mcp.example/mcp', true],
    ['https://mcp.example/mcp', 'https://mcp.example/', true],
    ['https://mcp.example/mcp?tenant=a', 'https://mcp.example/mcp', true],
    ['https://mcp.example/mcp?tenant=a', 'https://mcp.example/mcp?tenant=a', true],
    ['https://mcp.example/mcp?tenant=a', 'https://mcp.example/mcp?tenant=b', false],
    ['https://mcp.example/mcp', 'https://mcp.example/mcp?tenant=b', false],
    ['https://mcp.example/mcp', 'https://mcp.example/mcp#part', false],
    ['https://mcp.example/mcp', 'https://user@mcp.example/mcp', false],
    ['https://mcp.example/mcp', 'https://user:secret@mcp.example/mcp', false],
    ['https://mcp.example/mcp', 'https://mcp.example/mc', false],
    ['https://mcp.example/mcp', 'https://other.example/mcp', false]
  ])(
    'The resource of metadata of a server at %s may be %s: %s (RFC 9728 §3.3, RFC 8707 §2)',
    (requestedResource, configuredResource, allowed) => {
      expect(checkResourceAllowed({ requestedResource, configuredResource })).toBe(allowed);
    }
  );
});

describe('an access token', () => {
  it.each(['with space', 'line\nbreak', 'quote"', 'ümlaut', '', 'a=b', 'bell\u0007'])(
    'An access token that no header can carry, as %j, is refused when it comes, and never shown (RFC 6750 §2.1)',
    async token => {
      const world = await startWorld();
      world.as.script.onToken = () => ({ status: 200, body: { access_token: token, token_type: 'Bearer' } });
      const error = await rejection(authorize(world));
      expect(error).toMatchObject({ code: 'INVALID_DOCUMENT' });
      if (token.length > 3) expect(everythingOf(error)).not.toContain(token);
      expect(world.provider.savedTokens).toEqual([]);
    }
  );

  it('An access token of the usual alphabets is taken', async () => {
    const world = await startWorld();
    const access_token = 'eyJhbGciOi.J9-_~+/x==';
    world.as.script.onToken = () => ({ status: 200, body: { access_token, token_type: 'Bearer' } });
    await expect(authorize(world)).resolves.toMatchObject({ status: 'AUTHORIZED' });
  });
});

const SECRET = 'S3cr3t/+:ä-of-the-client';

/** The ways in which a peer may write what it was sent. */
const WAYS: Record<string, (secret: string) => string> = {
  'as it is': secret => secret,
  'percent-encoded': secret => encodeURIComponent(secret),
  'percent-encoded in lower case': secret => encodeURIComponent(secret).toLowerCase(),
  'form-encoded': secret => new URLSearchParams({ s: secret }).toString().slice(2),
  'in upper case': secret => secret.toUpperCase(),
  'in lower case': secret => secret.toLowerCase(),
  'in base64': secret => Buffer.from(secret).toString('base64'),
  'in base64url': secret => Buffer.from(secret).toString('base64url'),
  'escaped for JSON': secret => JSON.stringify(secret).slice(1, -1)
};

describe.each(['client_secret_basic', 'client_secret_post'])('a token endpoint that repeats a secret of %s', method => {
  const clientInformation = {
    client_id: 'client',
    client_secret: SECRET,
    token_endpoint_auth_method: method,
    redirect_uris: []
  };

  it.each(Object.entries(WAYS))(
    'A token endpoint that repeats a secret finds it shown nowhere: %s',
    async (_, write) => {
      const said = write(SECRET);
      for (const body of [
        { error: 'invalid_client', error_description: `no ${said} here` },
        { error: said, error_description: 'no' },
        { error: 'invalid_client', error_uri: `https://as.example/?${said}` },
        `<p>${said}</p>`
      ]) {
        const { origin } = await startServer(() => ({ status: 400, body }));
        const run = refreshAuthorization(origin, {
          metadata: metadataOf(origin),
          clientInformation,
          refreshToken: 'refresh-token-1'
        });
        const error = await rejection(run);
        expect(error).toBeInstanceOf(OAuthError);
        expect(everythingOf(error)).not.toContain(said);
      }
    }
  );
});

describe('what a peer says', () => {
  it('What a peer says is shown without characters that a terminal or a page acts on', async () => {
    const said = 'red \u001b[31m bell \u0007 next\u0085line turned \u202e around';
    const { origin } = await startServer(() => ({
      status: 400,
      body: { error: 'invalid_grant', error_description: said }
    }));
    const clientInformation = { client_id: 'client' };
    const error = await rejection(refreshAuthorization(origin, { clientInformation, refreshToken: 'refresh-token-1' }));
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    expect((error as Error).message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect((error as Error).message).toContain('[31m bell');
  });

  it('What a peer says about a registration is shown without the secrets in it', async () => {
    const body = {
      error: 'invalid_client_metadata',
      client_secret: 'one-secret',
      registration_access_token: 'two-secret'
    };
    const { origin } = await startServer(() => ({ status: 400, body }));
    const clientMetadata = { redirect_uris: ['http://127.0.0.1/callback'], software_statement: 'three-secret' };
    const error = await rejection(registerClient(origin, { clientMetadata }));
    expect(error).toBeInstanceOf(RegistrationRejectedError);
    const { message, body: shown } = error as RegistrationRejectedError;
    for (const secret of ['one-secret', 'two-secret']) expect(message + shown).not.toContain(secret);
    expect(shown).toContain('invalid_client_metadata');
  });

  it('What a peer says in a callback is shown without the state and the verifier', async () => {
    const { rs, provider } = await startWorld();
    await auth(provider, { serverUrl: rs.url, scope: 'a' });
    const [state, verifier] = [provider.savedState() ?? '', provider.codeVerifier()];
    const response = new URLSearchParams({
      error: 'server_error',
      error_description: `${state} and ${verifier}`,
      state
    });
    const error = await rejection(authorizeResource(provider, { serverUrl: rs.url, response, checkState: true }));
    expect(error).toBeInstanceOf(OAuthError);
    for (const secret of [state, verifier]) expect(everythingOf(error)).not.toContain(secret);
  });
});

describe('credentials that carry no stamp (R27)', () => {
  it('Credentials that carry no stamp are bound in the stored discovery state, which a later issuer does not change', async () => {
    const { as, rs, provider } = await startWorld({
      provider: { clientInformation: { client_id: 'by hand', client_secret: 'x' } }
    });
    Object.assign(provider, { saveClientInformation: undefined });
    await auth(provider, { serverUrl: rs.url });
    expect(provider.discoveryState()?.credentialsIssuer).toBe(as.issuer);
    const next = await startAuthorizationServer();
    rs.script.metadata = { authorization_servers: [next.issuer] };
    const resourceMetadataUrl = new URL('/.well-known/oauth-protected-resource/sse', rs.origin);
    rs.script.metadata = { resource: rs.url.href, authorization_servers: [next.issuer] };
    const run = auth(provider, { serverUrl: rs.url, resourceMetadataUrl });
    await expect(run).rejects.toMatchObject({
      code: 'AUTHORIZATION_SERVER_MISMATCH',
      recordedIssuer: as.issuer,
      currentIssuer: next.issuer
    });
    expect(provider.discoveryState()?.credentialsIssuer).toBe(as.issuer);
    expect(provider.authorizationUrls).toHaveLength(1);
    expect(next.tokenRequests).toEqual([]);
  });

  it('Credentials that carry no stamp are those of the new issuer once a client was registered there', async () => {
    const world = await startWorld();
    const { rs, provider } = world;
    const { saveClientInformation } = provider;
    Object.assign(provider, {
      saveClientInformation: ({ issuer: _issuer, ...client }: { issuer?: string; client_id: string }) =>
        saveClientInformation.call(provider, client)
    });
    await authorize(world);
    const next = await startAuthorizationServer();
    const resourceMetadataUrl = new URL('/.well-known/oauth-protected-resource/sse', rs.origin);
    rs.script.metadata = { resource: rs.url.href, authorization_servers: [next.issuer] };
    await auth(provider, { serverUrl: rs.url, resourceMetadataUrl });
    await auth(provider, { serverUrl: rs.url, forceReauthorization: true });
    expect(next.registrations).toHaveLength(1);
  });
});

/** A body that never ends, a byte at a time. */
function dripping(onCancel?: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    pull: async controller => {
      await new Promise(resolve => setTimeout(resolve, 10));
      controller.enqueue(new Uint8Array([32]));
    },
    cancel: onCancel
  });
}

describe('a server that never finishes its answer', () => {
  it.each(['the headers', 'the body'])(
    'A server that never finishes its answer is waited for no longer than allowed, when it stops in %s',
    async where => {
      const { send } = await import('../../../core/src/oauth/http.js');
      const aborted: boolean[] = [];
      const fetchFn = (_: string | URL, init?: RequestInit): Promise<Response> => {
        init?.signal?.addEventListener('abort', () => aborted.push(true));
        if (where === 'the headers') return new Promise(() => undefined);
        return Promise.resolve(new Response(dripping()));
      };
      const run = send(fetchFn, new URL('https://as.example/token?query'), {}, 60);
      await expect(run).rejects.toMatchObject({
        code: 'REQUEST_TIMEOUT',
        message: expect.stringMatching(/^https:\/\/as\.example\/token did not answer within 60 ms/) as string
      });
      expect(aborted).toEqual([true]);
    }
  );

  it.each<[string, (response: ServerResponse) => unknown]>([
    ['in silence', () => undefined],
    ['after the headers', response => response.writeHead(200).flushHeaders()],
    ['with a byte now and then', response => void setInterval(() => response.write(' '), 10).unref()]
  ])('A server that never finishes its answer is hung up on, whether it keeps the line open %s', async (_, answer) => {
    const server = await listenOnLoopback();
    onTestFinished(() => server.close());
    const closed = new Promise(resolve => {
      server.serve((request, response) => {
        request.socket.on('close', resolve);
        answer(response);
      });
    });
    const { send } = await import('../../../core/src/oauth/http.js');
    await expect(send(undefined, new URL(server.origin), {}, 100)).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
    await closed;
  });

  it('A server that never finishes its answer is read no further by a fetch that knows nothing of signals', async () => {
    const { send } = await import('../../../core/src/oauth/http.js');
    let cancelled = (): void => undefined;
    const isCancelled = new Promise<void>(resolve => (cancelled = resolve));
    const run = send(() => Promise.resolve(new Response(dripping(cancelled))), new URL('https://as.example/'), {}, 60);
    await expect(run).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
    await isCancelled;
  });

  it.each([401, 403])(
    'A server that never finishes its answer is understood by the header, when that is a challenge with HTTP %i',
    async status => {
      const world = await createWorld({ resource: { unauthorized: () => 'Bearer scope="a"' } });
      const { client } = await world.connect({
        fetch: async (input, init) => {
          const response = await fetch(input, init);
          if (typeof init?.body !== 'string' || !init.body.includes('tools/call')) return response;
          const error = status === 403 ? 'error="insufficient_scope", ' : '';
          const headers = { 'www-authenticate': `Bearer ${error}scope="b"` };
          return new Response(dripping(), { status, headers });
        }
      });
      await expect(client.callTool({ name: 'read' }, { timeout: 5_000 })).rejects.toThrow(UnauthorizedError);
      expect(world.provider.authorizationUrls.at(-1)?.searchParams.get('scope')).toBe('a b');
    }
  );

  it('A server that never finishes its answer keeps no process alive when another has answered', async () => {
    const { send } = await import('../../../core/src/oauth/http.js');
    const timers = (): number => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;
    const before = timers();
    for (let count = 0; count < 5; count++)
      await send(() => Promise.resolve(new Response('{}')), new URL('https://as.example/'), {});
    expect(timers()).toBeLessThanOrEqual(before);
  });
});

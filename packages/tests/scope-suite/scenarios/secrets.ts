import { inspect } from 'node:util';
import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE } from '../harness/situations.js';
import { equals, satisfies } from '../harness/verdict.js';
import type { ProviderSettings } from '../harness/provider.js';
import type { World } from '../harness/world.js';
import type { ScriptedAnswer, TokenRequest } from '../../support/scriptedAuthorizationServer.js';

const SECRET = 's3cret+with/odd=chars&more';
const resource = { asks: 'a', needs: { write: 'd' } };

const confidential = (method: string): ProviderSettings => ({
  client: { client_id: 'confidential', client_secret: SECRET },
  clientMetadata: { token_endpoint_auth_method: method }
});

type Spelling = (text: string) => string;

/** Ways in which a server may quote what it was sent. */
const SPELLINGS: Readonly<Record<string, Spelling>> = {
  'as it is': text => text,
  'in upper case': text => text.toUpperCase(),
  'percent-encoded': text => encodeURIComponent(text),
  'as a form has it': text => new URLSearchParams({ '': text }).toString().slice(1),
  'in base64': text => btoa(text)
};

/** Everything that an error says, to whoever looks closely. */
function textOf(error: unknown): string {
  return [String(error), inspect(error, { depth: 8, showHidden: true }), JSON.stringify(error)].join('\n');
}

/** Whether a text holds a secret in any spelling. */
function leaks(text: string, secrets: readonly (string | undefined)[]): string[] {
  return Object.entries(SPELLINGS)
    .filter(([, spell]) => secrets.some(secret => secret !== undefined && text.includes(spell(secret))))
    .map(([name]) => name);
}

/** A token endpoint that refuses everything and quotes what it was sent, in every spelling. */
function echo(secretsOf: (request: TokenRequest) => (string | undefined)[]) {
  return (request: TokenRequest): ScriptedAnswer => {
    const quoted = secretsOf(request).flatMap(secret =>
      secret === undefined ? [] : Object.values(SPELLINGS).map(spell => spell(secret))
    );
    return { status: 400, body: { error: 'invalid_request', error_description: `You sent ${quoted.join(' and ')}` } };
  };
}

function parametersOf({ parameters }: TokenRequest): (string | undefined)[] {
  return ['code', 'code_verifier', 'refresh_token', 'client_secret', 'client_assertion'].map(
    name => parameters.get(name) ?? undefined
  );
}

/** Answers to a call that hold a token where nobody would look for it. */
const ECHOES: Readonly<Record<string, (token: string) => string>> = {
  'its content type': token => rawAnswer(`text/${token}`, 'no JSON'),
  'damaged JSON': token => rawAnswer('application/json', `${token}, and more`)
};

function rawAnswer(contentType: string, body: string): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: ${contentType}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`;
}

/** A first sign-in whose code exchange fails with an echo; which spellings come through in its error. */
async function echoedExchange(world: World): Promise<string[]> {
  const secrets: (string | undefined)[] = [];
  world.as.script.onToken = echo(request => {
    const own = world.provider.storage.client?.['client_secret'] as string | undefined;
    const sent = [...parametersOf(request), request.authorization?.replace(/^Basic /, ''), own];
    secrets.push(...sent);
    return sent;
  });
  const session = await world.open();
  await session.call('read');
  const callback = await world.approve();
  const error = await session.finish(callback).catch((reason: unknown) => reason);
  return secrets.length === 0 ? ['no exchange was made'] : leaks(textOf(error), secrets);
}

const observes = 'spellings that came through';

/** Servers quote what they are sent; errors end up in logs. */
export const secretScenarios: Scenario[] = [
  scenario('secret-01', {
    title: 'repeats no code and no verifier that the token endpoint quotes',
    transports: BOTH,
    resource,
    observes,
    play: echoedExchange,
    judge: equals<string[]>([])
  }),
  scenario('secret-02', {
    title: 'repeats no client secret of the body that the token endpoint quotes',
    provider: confidential('client_secret_post'),
    resource,
    observes,
    play: echoedExchange,
    judge: equals<string[]>([])
  }),
  scenario('secret-03', {
    title: 'repeats no client secret of HTTP Basic that the token endpoint quotes',
    provider: confidential('client_secret_basic'),
    resource,
    observes,
    play: echoedExchange,
    judge: equals<string[]>([])
  }),
  scenario('secret-04', {
    title: 'repeats no refresh token that the token endpoint quotes',
    authorization: REFRESHABLE,
    resource,
    observes,
    play: async world => {
      const session = await world.open();
      await session.use('read');
      const token = world.provider.storage.tokens?.refresh_token;
      world.as.expireAccessTokens();
      world.as.script.onToken = echo(() => [token]);
      const outcome = await session.call('read');
      return leaks(textOf(outcome.kind === 'answered' ? '' : outcome.error), [token]);
    },
    judge: equals<string[]>([])
  }),
  scenario('secret-05', {
    title: 'repeats no access token that the MCP server quotes',
    transports: BOTH,
    resource,
    observes,
    play: async world => {
      const session = await world.open();
      await session.use('read');
      const token = world.provider.storage.tokens?.access_token ?? '';
      const body = `no: ${Object.values(SPELLINGS)
        .map(spell => spell(token))
        .join(' ')}`;
      world.rs.script.raw = ({ operation }) =>
        operation === 'broken'
          ? `HTTP/1.1 500 Oops\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`
          : undefined;
      const outcome = await session.call('broken');
      return leaks(textOf(outcome.kind === 'answered' ? '' : outcome.error), [token]);
    },
    judge: equals<string[]>([])
  }),
  scenario('secret-06', {
    title: 'repeats no access token that an insufficient_scope challenge quotes',
    requires: ['step-up options'],
    resource: {
      ...resource,
      forbidden: (_, { token }) =>
        `Bearer error="insufficient_scope", scope="d", error_description="Not with ${token ?? ''}"`
    },
    observes,
    play: async world => {
      const session = await world.connect({ options: { onInsufficientScope: 'throw' } });
      await session.use('read');
      const outcome = await session.call('write');
      return leaks(textOf(outcome.kind === 'answered' ? '' : outcome.error), [
        world.provider.storage.tokens?.access_token
      ]);
    },
    judge: equals<string[]>([])
  }),
  scenario('secret-07', {
    title: 'repeats no secret of a registration that failed',
    authorization: {
      onRegister: () => ({
        status: 400,
        body: {
          error: 'invalid_client_metadata',
          client_secret: SECRET,
          registration_access_token: 'rat-of-the-server'
        }
      })
    },
    resource,
    observes,
    play: async world => {
      const outcome = await (await world.open()).call('read');
      return leaks(textOf(outcome.kind === 'answered' ? '' : outcome.error), [SECRET, 'rat-of-the-server']);
    },
    judge: equals<string[]>([])
  }),
  scenario('secret-08', {
    title: 'repeats no code that the callback’s own description quotes',
    requires: ['callback parameters'],
    resource,
    observes,
    play: async world => {
      const session = await world.open();
      await session.call('read');
      const callback = await world.approve();
      const code = callback.get('code') ?? '';
      callback.set('error', 'server_error');
      callback.set('error_description', `The code ${code} went nowhere`);
      const error = await session.finish(callback).catch((reason: unknown) => reason);
      return leaks(textOf(error), [code]);
    },
    judge: equals<string[]>([])
  }),
  scenario('secret-09', {
    title: 'shows no control characters of a peer',
    requires: ['callback parameters'],
    resource,
    observes: 'control characters in the message of the error',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      const callback = await world.approve();
      world.as.script.onToken = () => ({
        status: 400,
        body: { error: 'invalid_grant', error_description: 'gone\u001B[2J\u0007\u009B31m\u202Edne\u0000' }
      });
      const error = (await session.finish(callback).catch((reason: unknown) => reason)) as Error | undefined;
      // eslint-disable-next-line no-control-regex -- they are what is looked for
      return error?.message.match(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/gu)?.length ?? 0;
    },
    judge: equals(0)
  }),
  scenario('secret-10', {
    title: 'accepts no token that could not be sent, and does not show it',
    transports: BOTH,
    resource,
    observes: 'whether finishAuth rejects, whether it was stored, and whether it is shown',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      const callback = await world.approve();
      const token = 'token\r\nx-injected: yes';
      world.as.script.onToken = () => ({ status: 200, body: { access_token: token, token_type: 'Bearer' } });
      const error = await session.finish(callback).then(
        () => undefined,
        (reason: unknown) => reason
      );
      return {
        isRejected: error !== undefined,
        isStored: world.provider.storage.tokens?.access_token === token,
        isShown: textOf(error).includes('x-injected')
      };
    },
    judge: equals({ isRejected: true, isStored: false, isShown: false })
  }),
  scenario('secret-11', {
    title: 'does not show a stored token that cannot be sent',
    resource,
    observes: 'whether the error of a call shows it',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.provider.storage.tokens = { access_token: 'stored\ttoken with spaces\u0001', token_type: 'Bearer' };
      const outcome = await session.call('read');
      return textOf(outcome.kind === 'answered' ? '' : outcome.error).includes('token with spaces');
    },
    judge: equals(false)
  }),
  scenario('secret-12', {
    title: 'puts no secret into an event though every peer quotes it',
    requires: ['own'],
    authorization: REFRESHABLE,
    resource,
    observes: 'spellings that came through, in some events',
    play: async world => {
      const events: unknown[] = [];
      const session = await world.connect({ options: { onauth: event => events.push(event) } });
      await session.use('read');
      const { refresh_token, access_token } = world.provider.storage.tokens ?? {};
      world.as.expireAccessTokens();
      world.as.script.onToken = echo(() => [refresh_token]);
      await session.call('read');
      return { events: events.length, leaked: leaks(JSON.stringify(events), [refresh_token, access_token]) };
    },
    judge: satisfies<{ events: number; leaked: string[] }>(
      'none',
      ({ events, leaked }) => events > 0 && leaked.length === 0
    )
  }),
  ...Object.entries(ECHOES).map(([what, raw], index) =>
    scenario(`secret-${13 + index}`, {
      title: `does not show a token that the server quotes in ${what}`,
      resource,
      observes: 'whether the error of a call shows it',
      play: async world => {
        const session = await world.open();
        await session.use('read');
        const token = world.provider.storage.tokens?.access_token ?? '';
        world.rs.script.raw = ({ operation }) => (operation === 'read' ? raw(token) : undefined);
        const outcome = await session.call('read');
        const text = textOf(outcome.kind === 'answered' ? '' : outcome.error);
        return { kind: outcome.kind, isShown: text.includes(token.slice(0, 8)) };
      },
      judge: equals<unknown>({ kind: 'failed', isShown: false })
    })
  )
];

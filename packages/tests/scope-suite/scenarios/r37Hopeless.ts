import { BOTH, EVERYWHERE, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE, kinds } from '../harness/situations.js';
import { atMost, equals, satisfies } from '../harness/verdict.js';
import type { Outcome } from '../harness/session.js';
import type { World } from '../harness/world.js';

/** The tokens are good, and not for this server. */
const WRONG_AUDIENCE = { asks: 'a', needs: { write: 'd' }, accepts: () => false };

/** A host that calls again and again, and a user who always agrees; how the last call ended. */
async function insist(world: World, rounds = 5): Promise<Outcome> {
  const session = await world.open();
  for (let round = 1; round < rounds; round++) await session.use('read', 2);
  return session.use('read', 2);
}

function detailsOf(outcome: Outcome): Record<string, unknown> {
  return outcome.kind === 'answered' ? {} : (outcome.error as unknown as Record<string, unknown>);
}

/** A token that the resource never took is not what another sign-in would mend: the user is not asked again and again. */
export const hopelessScenarios: Scenario[] = [
  scenario('R37-51', {
    title: 'signs the user in twice at most when the resource takes no token of this authorization server',
    transports: EVERYWHERE,
    resource: WRONG_AUDIENCE,
    observes: 'prompts of five calls, each with a user who agrees',
    play: async world => {
      await insist(world);
      return world.prompts.length;
    },
    judge: atMost(2)
  }),
  scenario('R37-52', {
    title: 'signs the user in twice at most when there are refresh tokens as well',
    transports: BOTH,
    authorization: { ...REFRESHABLE, rotates: true },
    resource: WRONG_AUDIENCE,
    observes: 'prompts of five calls, each with a user who agrees',
    play: async world => {
      await insist(world);
      return world.prompts.length;
    },
    judge: atMost(2)
  }),
  scenario('R37-53', {
    title: 'does not tell the host to sign the user in when that did not help',
    transports: BOTH,
    resource: WRONG_AUDIENCE,
    observes: 'outcome of the fifth call',
    play: async world => (await insist(world)).kind,
    judge: equals<string>('failed')
  }),
  scenario('R37-54', {
    title: 'says which issuer’s token which resource did not take',
    transports: BOTH,
    requires: ['own'],
    resource: WRONG_AUDIENCE,
    observes: 'name, code, status, issuer and resource of the error',
    play: async world => {
      const { name, code, status, issuer, resource } = detailsOf(await insist(world));
      const isRight = [issuer === world.as.issuer, resource === world.serverUrl.href];
      return { name, code, status, isRight };
    },
    judge: equals<unknown>({
      name: 'TokenRejectedError',
      code: 'CLIENT_HTTP_AUTHENTICATION',
      status: 401,
      isRight: [true, true]
    })
  }),
  scenario('R37-55', {
    title: 'names issuer and resource in the message as well',
    requires: ['own'],
    resource: WRONG_AUDIENCE,
    observes: 'whether the message has both, and no token',
    play: async world => {
      const message = String(detailsOf(await insist(world))['message']);
      const token = world.provider.storage.tokens?.access_token ?? '-';
      return [message.includes(world.as.issuer), message.includes(world.rs.origin), !message.includes(token)];
    },
    judge: equals([true, true, true])
  }),
  scenario('R37-56', {
    title: 'tries no more than one refresh for each token that a sign-in brought',
    authorization: { ...REFRESHABLE, rotates: true },
    resource: WRONG_AUDIENCE,
    observes: 'refreshes of five calls',
    play: async world => {
      await insist(world);
      return world.refreshes;
    },
    judge: atMost(2)
  }),
  scenario('R37-57', {
    title: 'asks again when the host forces it, and goes on when that helps',
    requires: ['forced reauthorization'],
    resource: WRONG_AUDIENCE,
    observes: 'outcome after the host forced it',
    play: async world => {
      await insist(world);
      world.rs.script.accepts = undefined;
      world.as.expireAccessTokens();
      const { client, provider, serverUrl } = world;
      await client.authorize(provider, { serverUrl, scope: 'a', forceReauthorization: true });
      const session = await world.open();
      await session.signIn();
      return (await session.call('read')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R37-58', {
    title: 'goes on by itself when the resource takes the token after all',
    transports: BOTH,
    resource: WRONG_AUDIENCE,
    observes: 'outcome, and prompts for it',
    play: async world => {
      const session = await world.open();
      for (let round = 0; round < 3; round++) await session.use('read', 2);
      const prompts = world.prompts.length;
      world.rs.script.accepts = undefined;
      return { outcome: (await session.call('read')).kind, prompts: world.prompts.length - prompts };
    },
    judge: equals<unknown>({ outcome: 'answered', prompts: 0 })
  }),
  scenario('R37-59', {
    title: 'signs in again for a token that was taken once and then expired',
    transports: BOTH,
    resource: { asks: 'a' },
    observes: 'outcomes of a call in each of four lives of a token',
    play: async world => {
      const session = await world.open();
      const outcomes: Outcome[] = [];
      for (let life = 0; life < 4; life++) {
        world.as.expireAccessTokens();
        outcomes.push(await session.use('read'));
      }
      return kinds(outcomes);
    },
    judge: equals(['answered', 'answered', 'answered', 'answered'])
  }),
  scenario('R37-60', {
    title: 'asks the token endpoint twice at most for a machine whose tokens are never taken',
    transports: EVERYWHERE,
    provider: { isMachine: true },
    resource: WRONG_AUDIENCE,
    observes: 'token requests of five calls',
    play: async world => {
      const session = await world.open();
      for (let round = 0; round < 5; round++) await session.call('read');
      return world.as.tokenRequests.length;
    },
    judge: atMost(2)
  }),
  scenario('R37-61', {
    title: 'tries a refreshed token as well before it gives up',
    authorization: { ...REFRESHABLE, rotates: true },
    resource: { asks: 'a' },
    observes: 'outcome, and prompts beside the first, when only refreshed tokens are taken',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      await session.signIn();
      const first = world.provider.storage.tokens?.access_token;
      world.rs.script.accepts = token => token !== first;
      return { outcome: (await session.use('read')).kind, prompts: world.prompts.length - 1 };
    },
    judge: satisfies<{ outcome: string; prompts: number }>(
      'an answer with one more prompt at most',
      ({ outcome, prompts }) => outcome === 'answered' && prompts <= 1
    )
  }),
  scenario('R37-02', {
    title: 'signs the user in twice at most for tokens that the resource never accepts, with refresh tokens',
    transports: BOTH,
    authorization: REFRESHABLE,
    resource: WRONG_AUDIENCE,
    observes: 'prompts in six calls of a host whose user always agrees',
    play: async world => {
      const session = await world.open();
      for (let round = 0; round < 6; round++) await session.use('read');
      return world.prompts.length;
    },
    judge: atMost(2)
  }),
  scenario('R37-05', {
    title: 'signs the user in at the server in charge now, though the old one still refreshes',
    transports: BOTH,
    authorization: REFRESHABLE,
    resource: { asks: 'a' },
    observes: 'outcome, and whether the last prompt was at the new server',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      const next = await world.startAuthorizationServer(REFRESHABLE);
      world.rs.issuer = next;
      const { kind } = await session.use('read', 3);
      return { kind, isNew: world.prompts.at(-1)?.origin === next.issuer };
    },
    judge: equals<unknown>({ kind: 'answered', isNew: true })
  })
];

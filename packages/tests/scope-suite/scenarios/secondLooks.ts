import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE, kinds } from '../harness/situations.js';
import { equals } from '../harness/verdict.js';
import type { World } from '../harness/world.js';

const resource = { asks: 'a', needs: { write: 'd' } };

/** The authorization server has its token endpoint somewhere else from now on. */
function moveTokenEndpoint(world: World): void {
  world.as.script.metadata = { token_endpoint: `${world.as.issuer}/token?moved` };
  world.tap.answers = ({ url }) => (url === '/token' ? { status: 404, body: '<h1>Not found</h1>' } : undefined);
}

/** What was found out once is not true for ever. */
export const secondLookScenarios: Scenario[] = [
  ...[
    { id: 'outage-89', isOver: 'at once', restarts: false },
    { id: 'outage-90', isOver: 'in the next process', restarts: true }
  ].map(({ id, isOver, restarts }) =>
    scenario(id, {
      title: `believes a first look that found no metadata no longer than it must: the next one, ${isOver}, counts`,
      resource: { ...resource, unauthorized: () => 'Bearer scope="a"' },
      observes: 'where the user is sent when the metadata can be had again, and the outcome',
      play: async world => {
        world.breakDown('missing', [world.rs.origin, '/.well-known/']);
        const { client, provider, serverUrl } = world;
        await client.authorize(provider, { serverUrl }).catch(() => undefined);
        world.heal();
        const session = await world.open({ provider: restarts ? provider.restarted() : provider });
        return { outcome: (await session.use('read')).kind, isRight: world.prompts.at(-1)?.origin === world.as.issuer };
      },
      judge: equals<unknown>({ outcome: 'answered', isRight: true })
    })
  ),
  scenario('outage-91', {
    title: 'refreshes where the metadata names the token endpoint by now',
    transports: BOTH,
    authorization: REFRESHABLE,
    resource,
    observes: 'outcome, and prompts',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      moveTokenEndpoint(world);
      world.as.expireAccessTokens();
      return { outcome: (await session.call('read')).kind, prompts: world.prompts.length };
    },
    judge: equals<unknown>({ outcome: 'answered', prompts: 1 })
  }),
  scenario('outage-92', {
    title: 'redeems a code where the metadata names the token endpoint by now',
    transports: BOTH,
    resource,
    observes: 'outcomes of the callback and of the call, and prompts',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('write');
      moveTokenEndpoint(world);
      const outcomes = [await session.complete(await world.approve()), await session.call('write')];
      return { outcomes: kinds(outcomes), prompts: world.prompts.length };
    },
    judge: equals<unknown>({ outcomes: ['answered', 'answered'], prompts: 2 })
  }),
  scenario('outage-93', {
    title: 'goes no further when the token endpoint is gone and the metadata cannot be had',
    transports: BOTH,
    authorization: REFRESHABLE,
    resource,
    observes: 'outcome, whether the token endpoint was asked more than twice, and prompts',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      moveTokenEndpoint(world);
      world.breakDown('down', [world.rs.origin, '/.well-known/'], [world.as.issuer, '/.well-known/']);
      world.as.expireAccessTokens();
      let asked = 0;
      const gone = world.tap.answers;
      world.tap.answers = request => {
        if (request.url === '/token') asked++;
        return asked > 20 ? { status: 400, body: { error: 'invalid_request' } } : gone(request);
      };
      const { kind } = await session.call('read');
      return { kind, isHammered: asked > 2, prompts: world.prompts.length };
    },
    judge: equals<unknown>({ kind: 'failed', isHammered: false, prompts: 1 })
  }),
  scenario('outage-94', {
    title: 'signs the user in anew when the refresh token is refused, whatever the status of the refusal',
    authorization: REFRESHABLE,
    resource,
    observes: 'outcome, and prompts',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.as.expireAccessTokens();
      world.as.script.onToken = ({ grantType }) =>
        grantType === 'refresh_token' ? { status: 404, body: { error: 'invalid_grant' } } : undefined;
      return { outcome: (await session.use('read')).kind, prompts: world.prompts.length };
    },
    judge: equals<unknown>({ outcome: 'answered', prompts: 2 })
  })
];

import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE } from '../harness/situations.js';
import { atMost, equals } from '../harness/verdict.js';

const resource = { asks: 'a', needs: { write: 'd', purge: 'e' } };

/** The user is not asked again and again for what does not help. */
export const hopelessScenarios: Scenario[] = [
  ...[
    { id: 'R37-01', authorization: {}, with: 'without refresh tokens' },
    { id: 'R37-02', authorization: REFRESHABLE, with: 'with refresh tokens' }
  ].map(({ id, authorization, with: how }) =>
    scenario(id, {
      title: `signs the user in twice at most for tokens that the resource never accepts, ${how}`,
      transports: BOTH,
      authorization,
      resource: { ...resource, accepts: () => false },
      observes: 'prompts in six calls of a host whose user always agrees',
      play: async world => {
        const session = await world.open();
        for (let round = 0; round < 6; round++) await session.use('read');
        return world.prompts.length;
      },
      judge: atMost(2)
    })
  ),
  scenario('R37-03', {
    title: 'says which server does not accept whose tokens',
    requires: ['own'],
    resource: { ...resource, accepts: () => false },
    observes: 'name, issuer and resource of the error',
    play: async world => {
      const session = await world.open();
      await session.use('read', 2);
      const outcome = await session.call('read');
      const {
        name,
        issuer,
        resource: server
      } = (outcome.kind === 'answered' ? {} : outcome.error) as Record<string, unknown>;
      return { name, isIssuer: issuer === world.as.issuer, isResource: server === world.serverUrl.href };
    },
    judge: equals<unknown>({ name: 'TokenRejectedError', isIssuer: true, isResource: true })
  }),
  scenario('R37-04', {
    title: 'signs the user in again when the resource accepts tokens after all, and the token has gone',
    resource: { ...resource },
    observes: 'outcomes while nothing is accepted, and after that',
    play: async world => {
      const session = await world.open();
      world.rs.script.accepts = () => false;
      for (let round = 0; round < 3; round++) await session.use('read');
      world.rs.script.accepts = () => true;
      return (await session.use('read', 2)).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R37-05', {
    title: 'signs the user in at the server in charge now, though the old one still refreshes',
    transports: BOTH,
    authorization: REFRESHABLE,
    resource,
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

/** What was refused once may be agreed to later. */
export const secondChanceScenarios: Scenario[] = [
  scenario('R38-01', {
    title: 'asks again for what the user refused, once the user has agreed to something else',
    resource,
    observes: 'outcome of the operation that was refused',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('write');
      await session.finish(world.decline('access_denied')).catch(() => undefined);
      await session.use('purge');
      return (await session.use('write')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R38-02', {
    title: 'asks again after a prompt that was never answered',
    transports: BOTH,
    resource,
    observes: 'outcome of the same operation, when the user answers the second prompt',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('write');
      return (await session.use('write')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R38-03', {
    title: 'asks again after a refusal when the challenge names something new',
    requires: ['own'],
    resource,
    observes: 'outcomes: refused, and with a challenge that names more',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('write');
      await session.finish(world.decline('access_denied')).catch(() => undefined);
      const refused = (await session.call('write')).kind;
      world.rs.script.needs = { write: 'd f' };
      return [refused, (await session.use('write')).kind];
    },
    judge: equals<unknown>(['failed', 'answered'])
  })
];

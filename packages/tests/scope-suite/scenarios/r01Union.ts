import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { equals } from '../harness/verdict.js';

/** Set union, and no guessing about what one scope means for another. */
export const unionScenarios: Scenario[] = [
  scenario('R1-01', {
    title: 'asks for a scope once, however often challenges name it',
    transports: BOTH,
    resource: {
      asks: 'a b',
      needs: { write: 'd' },
      forbidden: () => 'Bearer error="insufficient_scope", scope="b a d b"'
    },
    observes: 'tokens of the second authorization request',
    play: async world => {
      await (await world.open()).use('write', 2);
      return world.prompts[1]?.searchParams.get('scope')?.split(' ').sort();
    },
    judge: equals<string[] | undefined>(['a', 'b', 'd'])
  }),
  scenario('R1-02', {
    title: 'takes scopes that differ in case for different ones',
    resource: { asks: 'notes', needs: { write: 'Notes' } },
    observes: 'scopes requested',
    play: async world => {
      await (await world.open()).use('write', 2);
      return world.requested;
    },
    judge: equals<(string | undefined)[]>(['notes', 'Notes notes'])
  }),
  scenario('R1-03', {
    title: 'drops no narrow scope for one that looks broader',
    resource: { asks: 'files:read', needs: { write: 'files' } },
    observes: 'scopes requested',
    play: async world => {
      await (await world.open()).use('write', 2);
      return world.requested;
    },
    judge: equals<(string | undefined)[]>(['files:read', 'files files:read'])
  }),
  scenario('R1-04', {
    title: 'does not take a scope for known because it is part of another',
    resource: { asks: 'notes:read', needs: { write: 'notes:rea' } },
    observes: 'scopes requested',
    play: async world => {
      await (await world.open()).use('write', 2);
      return world.requested;
    },
    judge: equals<(string | undefined)[]>(['notes:read', 'notes:rea notes:read'])
  }),
  scenario('R1-05', {
    title: 'sends single spaces, whatever the challenge separates scopes with',
    resource: { unauthorized: () => 'Bearer scope=" a\tb   c "' },
    observes: 'scope of the authorization request, as sent',
    play: async world => {
      await (await world.open()).call('read');
      return world.prompts[0]?.searchParams.get('scope')?.split(' ').sort();
    },
    judge: equals<string[] | undefined>(['a', 'b', 'c'])
  })
];

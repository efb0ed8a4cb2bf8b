import { setImmediate, setTimeout as pause } from 'node:timers/promises';
import { Gate } from '../harness/changes.js';
import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { held } from '../harness/situations.js';
import { sorted } from '../harness/scopes.js';
import { equals, satisfies } from '../harness/verdict.js';
import type { World } from '../harness/world.js';

interface Question {
  operation: { name?: string };
  operations?: { operation: { name?: string }; scope?: string }[];
  requested: string;
  added: string;
}

type Requested = (string | undefined)[];

const requires = ['own'] as const;
const resource = { asks: 'a', needs: { write: 'd', purge: 'e' } };

/** What a person reads: every operation, and what it needs. */
function wordsOf({ operations = [] }: Question): string[] {
  return operations.map(({ operation, scope }) => `${operation.name ?? ''}: ${sorted(scope) ?? ''}`).sort();
}

/** Two requests are refused at once, and both challenges are there before anybody is asked; what is asked then. */
async function twoAtOnce(world: World): Promise<Question[]> {
  const questions: Question[] = [];
  const storage = new Gate();
  let refused = 0;
  const observed: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (response.status === 403 && ++refused === 2) void setImmediate().then(storage.open);
    return response;
  };
  const onInsufficientScope = (question: Question): string => {
    questions.push(question);
    return 'reauthorize';
  };
  const session = await world.connect({ options: { fetch: observed, onInsufficientScope } });
  await session.use('read');
  const arrived = Promise.all([held(world, 'write', 1), held(world, 'purge', 1)]);
  const calls = [session.call('write'), session.call('purge')];
  world.provider.reading = storage.opened;
  await arrived;
  await Promise.all(calls);
  return questions;
}

/** A second request is refused while a person decides about the first. */
async function oneAfterAnother(world: World): Promise<Question[]> {
  const questions: Question[] = [];
  const answer = new Gate();
  const onInsufficientScope = async (question: Question): Promise<string> => {
    questions.push(question);
    world.changes.notify();
    await answer.opened;
    return 'reauthorize';
  };
  const session = await world.connect({ options: { onInsufficientScope } });
  await session.use('read');
  const first = session.call('write');
  await world.changes.until(() => questions.length > 0);
  const second = session.call('purge');
  await world.changes.until(() => world.rs.count('purge') > 0);
  await pause(50);
  answer.open();
  await Promise.all([first, second]);
  return questions;
}

/** Nobody says yes to what they were not told. */
export const questionScenarios: Scenario[] = [
  scenario('R36-01', {
    title: 'tells the person about the one operation that needs more',
    transports: BOTH,
    requires,
    resource,
    observes: 'operations of the question',
    play: async world => {
      const questions: Question[] = [];
      const onInsufficientScope = (question: Question): string => {
        questions.push(question);
        return 'throw';
      };
      const session = await world.connect({ options: { onInsufficientScope } });
      await session.use('read');
      await session.call('write');
      return questions.map(wordsOf);
    },
    judge: equals([['write: d']])
  }),
  scenario('R36-02', {
    title: 'tells the person about both operations when one prompt serves both',
    requires,
    resource,
    observes: 'operations and scope of the last question before the prompt',
    play: async world => {
      const last = (await twoAtOnce(world)).at(-1);
      return last === undefined ? [] : [...wordsOf(last), sorted(last.requested)];
    },
    judge: equals<Requested>(['purge: e', 'write: d', 'a d e'])
  }),
  scenario('R36-03', {
    title: 'sends the user away once for both when a second challenge comes while the person decides',
    requires,
    resource,
    observes: 'scopes requested',
    play: async world => {
      await oneAfterAnother(world);
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a d e'])
  }),
  scenario('R36-04', {
    title: 'has told the person of everything that is asked for, also of what came while they decided',
    requires,
    resource,
    observes: 'operations that the questions named',
    play: async world => [...new Set((await oneAfterAnother(world)).flatMap(wordsOf))].sort(),
    judge: equals(['purge: e', 'write: d'])
  }),
  scenario('R36-06', {
    title: 'asks no function about a 403 without scope that nothing could be added for',
    requires,
    resource: {
      ...resource,
      metadata: { scopes_supported: ['a'] },
      forbidden: () => 'Bearer error="insufficient_scope"'
    },
    observes: 'prompts beside the first, and name of the error',
    play: async world => {
      const session = await world.connect({ options: { onInsufficientScope: () => 'reauthorize' } });
      await session.use('read');
      const outcome = await session.call('write');
      return { prompts: world.prompts.length - 1, name: outcome.kind === 'answered' ? '' : outcome.error.name };
    },
    judge: equals<unknown>({ prompts: 0, name: 'InsufficientScopeError' })
  }),
  scenario('R36-07', {
    title: 'tells the person of scopes that were refused before only if they are asked for again',
    requires,
    resource,
    observes: 'question about the second operation',
    play: async world => {
      const questions: Question[] = [];
      const onInsufficientScope = (question: Question): string => {
        questions.push(question);
        return question.operation.name === 'write' ? 'throw' : 'reauthorize';
      };
      const session = await world.connect({ options: { onInsufficientScope } });
      await session.use('read');
      await session.call('write');
      await session.call('purge');
      const last = questions.at(-1);
      const requested = world.requested.at(-1);
      return { isComplete: last !== undefined && sorted(last.requested) === requested, prompts: world.prompts.length };
    },
    judge: satisfies<{ isComplete: boolean; prompts: number }>(
      'a question that names all that is requested then',
      ({ isComplete, prompts }) => isComplete && prompts === 2
    )
  })
];

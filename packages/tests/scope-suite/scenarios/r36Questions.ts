import { setImmediate } from 'node:timers/promises';
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
  }),
  scenario('own-45', {
    title: 'tells whoever decides every operation, and the scope that each needs',
    requires,
    resource: { ...resource, needs: { ...resource.needs, drop: 'f' } },
    observes: 'operations and scope of the last question, and prompts beside the first',
    play: async world => {
      const gate = new Gate();
      const asked: Question[] = [];
      const onInsufficientScope = async (context: Question): Promise<string> => {
        asked.push(context);
        world.changes.notify();
        if (asked.length === 1) await gate.opened;
        return 'reauthorize';
      };
      const session = await world.connect({ options: { onInsufficientScope } });
      await session.use('read');
      const calls = [session.call('write')];
      await world.changes.until(() => asked.length === 1);
      calls.push(session.call('purge'), session.call('drop'));
      await world.changes.until(() => world.rs.count('purge') + world.rs.count('drop') === 2);
      await new Promise(resolve => setTimeout(resolve, 50));
      gate.open();
      await Promise.all(calls);
      const last = asked.at(-1);
      const operations = last?.operations?.map(({ operation, scope }) => [operation.name, scope]).sort();
      return {
        operations,
        requested: sorted(last?.requested),
        prompts: world.prompts.length - 1,
        sent: world.requested.at(-1)
      };
    },
    judge: equals<unknown>({
      operations: [
        ['drop', 'f'],
        ['purge', 'e'],
        ['write', 'd']
      ],
      requested: 'a d e f',
      prompts: 1,
      sent: 'a d e f'
    })
  }),
  scenario('own-48', {
    title: 'asks the host about a 403 without scope what it would ask for without the host',
    requires,
    resource: {
      ...resource,
      metadata: { scopes_supported: ['a', 'd'] },
      forbidden: () => 'Bearer error="insufficient_scope"'
    },
    observes: 'scope shown, and scope sent',
    play: async world => {
      let shown: string | undefined;
      const onInsufficientScope = (context: Question): string => {
        shown = context.requested;
        return 'reauthorize';
      };
      const session = await world.connect({ options: { onInsufficientScope } });
      await session.use('read');
      await session.call('write');
      return { shown: sorted(shown), sent: world.requested.at(-1) };
    },
    judge: equals<unknown>({ shown: 'a d', sent: 'a d' })
  })
];

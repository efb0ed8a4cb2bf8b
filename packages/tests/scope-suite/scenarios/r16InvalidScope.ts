import { scenario, type Scenario } from '../harness/scenario.js';
import { equals, satisfies } from '../harness/verdict.js';
import { sorted } from '../harness/scopes.js';
import type { ScriptedAnswer } from '../../support/scriptedAuthorizationServer.js';
import type { World } from '../harness/world.js';

type Requested = (string | undefined)[];

const resource = { asks: 'a', needs: { misspelt: 'bad', write: 'd' } };

/** An authorization server that knows no scope `bad`. */
function knowsNoBad({ scope }: { scope: string | undefined }): ScriptedAnswer | undefined {
  if (scope?.split(' ').includes('bad') !== true) return undefined;
  return { status: 400, body: { error: 'invalid_scope', error_description: 'there is no scope bad' } };
}

const machine = { provider: { isMachine: true }, authorization: { onToken: knowsNoBad }, resource };

async function refusedAtTheCallback(world: World): Promise<void> {
  const session = await world.open();
  await session.use('read');
  await session.call('misspelt');
  await session.finish(world.decline('invalid_scope')).catch(() => undefined);
  await session.use('write');
}

/** A resource may challenge for a scope that its authorization server does not know. */
export const invalidScopeScenarios: Scenario[] = [
  scenario('R16-01', {
    title: 'names the error when the token endpoint refuses the scope',
    ...machine,
    observes: 'code of the error',
    play: async world => {
      const outcome = await (await world.open()).call('misspelt');
      if (outcome.kind === 'answered') return outcome.kind;
      const { code, errorCode, message } = outcome.error as Error & { code?: unknown; errorCode?: unknown };
      return [code, errorCode, message];
    },
    judge: satisfies<unknown>('one that says invalid_scope', observed =>
      JSON.stringify(observed).includes('invalid_scope')
    )
  }),
  scenario('R16-02', {
    title: 'leaves a scope out that the token endpoint called invalid when it steps up for another',
    ...machine,
    observes: 'scope of the last token request',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      await session.call('misspelt');
      await session.call('write');
      return sorted(world.as.tokenRequests.at(-1)?.scope);
    },
    judge: equals<string | undefined>('a d')
  }),
  scenario('R16-03', {
    title: 'keeps the token that works when a step-up fails with invalid_scope',
    ...machine,
    observes: 'outcome of a call that needs no more, and token requests beside the first and the refused one',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      await session.call('misspelt');
      const refused = world.as.tokenRequests.length;
      return { outcome: (await session.call('read')).kind, requests: world.as.tokenRequests.length - refused };
    },
    judge: equals<unknown>({ outcome: 'answered', requests: 0 })
  }),
  scenario('R16-04', {
    title: 'leaves a scope out that the callback called invalid when it steps up for another',
    requires: ['callback parameters'],
    resource,
    observes: 'scopes requested',
    play: async world => {
      await refusedAtTheCallback(world);
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a bad', 'a d'])
  }),
  scenario('R16-05', {
    title: 'tells whoever completes the authorization that the scope was invalid',
    requires: ['callback parameters'],
    resource,
    observes: 'error of finishAuth',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      const error: unknown = await session.finish(world.decline('invalid_scope')).catch((reason: unknown) => reason);
      const { code, message } = error as { code?: unknown; message?: unknown };
      return [code, message];
    },
    judge: satisfies<unknown>('one that says invalid_scope', observed =>
      JSON.stringify(observed).includes('invalid_scope')
    )
  }),
  scenario('R16-06', {
    title: 'keeps stored tokens when the callback says invalid_scope',
    requires: ['callback parameters'],
    resource,
    observes: 'outcome of a call that needs no more',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('misspelt');
      await session.finish(world.decline('invalid_scope')).catch(() => undefined);
      return (await session.call('read')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R16-07', {
    title: 'leaves the scope out in a new process, too',
    requires: ['callback parameters'],
    resource,
    observes: 'scope of the last authorization request',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('misspelt');
      await session.finish(world.decline('invalid_scope')).catch(() => undefined);
      await (await world.open({ provider: world.provider.restarted() })).use('write');
      return world.requested.at(-1);
    },
    judge: equals<string | undefined>('a d')
  }),
  scenario('R16-08', {
    title: 'keeps a scope that was called invalid once and granted later',
    requires: ['callback parameters'],
    resource,
    observes: 'scopes requested',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('misspelt');
      await session.complete(world.decline('invalid_scope'));
      await session.use('misspelt');
      await session.use('write');
      return world.requested;
    },
    judge: equals<Requested>(['a', 'a bad', 'a bad', 'a bad d'])
  }),
  scenario('R16-11', {
    title: 'signs in without offline_access in a new process, too',
    requires: ['callback parameters'],
    authorization: { metadata: { scopes_supported: ['a', 'offline_access'] } },
    resource,
    observes: 'scope of the last authorization request, and outcome',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      await session.complete(world.decline('invalid_scope'));
      const next = await world.open({ provider: world.provider.restarted() });
      await next.call('read');
      if (world.requested.at(-1)?.includes('offline_access') === true) {
        await next.complete(world.decline('invalid_scope'));
      }
      return { outcome: (await next.use('read')).kind, scope: world.requested.at(-1) };
    },
    judge: equals<unknown>({ outcome: 'answered', scope: 'a' })
  }),
  scenario('R16-20', {
    title: 'signs in without offline_access once the server has called it invalid',
    authorization: { metadata: { scopes_supported: ['a', 'offline_access'] } },
    resource: { asks: 'a' },
    observes: 'scopes requested, and the outcome',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      if (world.requested[0]?.includes('offline_access') === true)
        await session.finish(world.decline('invalid_scope')).catch(() => undefined);
      const { kind } = await session.use('read');
      return { last: world.requested.at(-1), kind };
    },
    judge: equals<unknown>({ last: 'a', kind: 'answered' })
  }),
  scenario('R16-21', {
    title: 'signs in without the advertised scopes once the server has called them invalid',
    resource: { metadata: { scopes_supported: ['x', 'y'] } },
    observes: 'the second scope requested, and the outcome',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      await session.finish(world.decline('invalid_scope')).catch(() => undefined);
      const { kind } = await session.use('read');
      return { last: world.requested.at(-1), kind };
    },
    judge: equals<unknown>({ last: undefined, kind: 'answered' })
  })
];

import { scenario, type Scenario } from '../harness/scenario.js';
import { equals, satisfies } from '../harness/verdict.js';
import type { Outcome } from '../harness/session.js';
import type { World } from '../harness/world.js';

const FORBIDDEN =
  'Bearer error="insufficient_scope", scope="d", resource_metadata="http://127.0.0.1/prm", error_description="Ask Bob"';

async function refused(world: World): Promise<Outcome> {
  const session = await world.connect({ options: { onInsufficientScope: 'throw' } });
  await session.use('read');
  return session.call('write');
}

function errorOf(outcome: Outcome): Partial<Record<string, unknown>> {
  return outcome.kind === 'answered' ? {} : (outcome.error as unknown as Record<string, unknown>);
}

const resource = { asks: 'a', needs: { write: 'd' }, forbidden: () => FORBIDDEN };

/** `onInsufficientScope: 'throw'`. */
export const hostDecidesScenarios: Scenario[] = [
  scenario('R18-01', {
    title: 'sends nobody away when it is to throw',
    requires: ['step-up options'],
    resource,
    observes: 'prompts beside the first, and token requests',
    play: async world => {
      await refused(world);
      return { prompts: world.prompts.length - 1, grants: world.grants };
    },
    judge: equals<unknown>({ prompts: 0, grants: ['authorization_code'] })
  }),
  scenario('R18-02', {
    title: 'lets the host step up by itself, by auth(), and goes on with the new token',
    requires: ['step-up options', 'forced reauthorization'],
    resource,
    observes: 'outcome, after the host asked for what the error names',
    play: async world => {
      const session = await world.connect({ options: { onInsufficientScope: 'throw' } });
      await session.use('read');
      const { requiredScope } = errorOf(await session.call('write'));
      const { client, provider, serverUrl } = world;
      const scope = `a ${String(requiredScope)}`;
      await client.authorize(provider, { serverUrl, scope, forceReauthorization: true });
      await session.signIn();
      return (await session.call('write')).kind;
    },
    judge: equals<string>('answered')
  })
];

/** `InsufficientScopeError`, as far as upstream documents it. */
export const refusalScenarios: Scenario[] = [
  scenario('R19-01', {
    title: 'throws the documented error with the required scope',
    requires: ['step-up options'],
    resource,
    observes: 'name and requiredScope of the error',
    play: async world => {
      const { name, requiredScope } = errorOf(await refused(world));
      return { name, requiredScope };
    },
    judge: equals<unknown>({ name: 'InsufficientScopeError', requiredScope: 'd' })
  }),
  scenario('R19-02', {
    title: 'hands on what the server says about it',
    requires: ['step-up options'],
    resource,
    observes: 'errorDescription and resourceMetadataUrl of the error',
    play: async world => {
      const { errorDescription, resourceMetadataUrl } = errorOf(await refused(world));
      return { errorDescription, resourceMetadataUrl: String(resourceMetadataUrl) };
    },
    judge: equals<unknown>({ errorDescription: 'Ask Bob', resourceMetadataUrl: 'http://127.0.0.1/prm' })
  }),
  scenario('R19-03', {
    title: 'does not call a token expired that lacks a scope',
    authorization: { namesScope: true, grant: () => 'a' },
    resource: { asks: 'a', needs: { write: 'd' } },
    observes: 'error of the call after the user agreed and the server granted less',
    play: async world => {
      const outcome = await (await world.open()).use('write', 3);
      return outcome.kind === 'answered' ? outcome.kind : `${outcome.kind}: ${outcome.error.message}`;
    },
    judge: satisfies<string>(
      'a failure that neither asks for a sign-in nor says "expired"',
      observed => observed.startsWith('failed') && !/expired/i.test(observed)
    )
  })
];

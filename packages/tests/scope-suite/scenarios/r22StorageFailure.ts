import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { REFRESHABLE } from '../harness/situations.js';
import { equals } from '../harness/verdict.js';

/** Whether an error, or what caused it, is this one. */
function stemsFrom(error: unknown, source: Error): boolean {
  if (error === source) return true;
  if (!(error instanceof Error)) return false;
  return error.message.includes(source.message) || stemsFrom(error.cause, source);
}

/** The server may have rotated: what cannot be stored is lost, and somebody has to know. */
export const storageFailureScenarios: Scenario[] = [
  scenario('R22-01', {
    title: 'hands the error on when refreshed tokens cannot be stored',
    transports: BOTH,
    authorization: { ...REFRESHABLE, rotates: true },
    resource: { asks: 'a' },
    observes: 'whether the sender gets the error of the storage, and prompts beside the first',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.as.expireAccessTokens();
      const full = (world.provider.savingFails = new Error('the disk is full'));
      const outcome = await session.call('read');
      return {
        isTold: outcome.kind !== 'answered' && stemsFrom(outcome.error, full),
        prompts: world.prompts.length - 1
      };
    },
    judge: equals({ isTold: true, prompts: 0 })
  }),
  scenario('R22-02', {
    title: 'hands the error on when the tokens of a callback cannot be stored',
    transports: BOTH,
    resource: { asks: 'a' },
    observes: 'whether finishAuth rejects with the error of the storage',
    play: async world => {
      const session = await world.open();
      await session.call('read');
      const full = (world.provider.savingFails = new Error('the disk is full'));
      return session.signIn().then(
        () => false,
        (error: unknown) => stemsFrom(error, full)
      );
    },
    judge: equals(true)
  }),
  scenario('R22-03', {
    title: 'hands the error on when the tokens of a machine cannot be stored',
    provider: { isMachine: true },
    resource: { asks: 'a' },
    observes: 'whether the sender gets the error of the storage',
    play: async world => {
      const full = (world.provider.savingFails = new Error('the disk is full'));
      const outcome = await (await world.open()).call('read');
      return outcome.kind !== 'answered' && stemsFrom(outcome.error, full);
    },
    judge: equals(true)
  }),
  scenario('R22-04', {
    title: 'stores refreshed tokens at the next need when they could not be stored at first',
    transports: BOTH,
    authorization: { ...REFRESHABLE, rotates: true },
    resource: { asks: 'a' },
    observes: 'outcome of the next call, refreshes, and whether the stored refresh token is good',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      world.as.expireAccessTokens();
      world.provider.savingFails = new Error('the disk is full');
      await session.call('read');
      world.provider.savingFails = undefined;
      const { kind } = await session.call('read');
      const isGood = world.as.knowsRefreshToken(world.provider.storage.tokens?.refresh_token ?? '');
      return { kind, refreshes: world.refreshes, isGood };
    },
    judge: equals<unknown>({ kind: 'answered', refreshes: 1, isGood: true })
  })
];

import fc from 'fast-check';
import { ScopeHistory, TOOLS } from './scopeHistory.js';
import type { Answer, Beginning, ChallengeStyle, ServerMood } from './scopeHistoryMood.js';
import { DELAYABLE } from './scopeHistoryProcess.js';
import { FAULTS } from './scriptedFaults.js';

type Step = (model: ScopeHistory) => void | Promise<void>;

/** A step, and how it is printed when it is part of a counterexample. */
export interface NamedStep {
  run: Step;
  [fc.toStringMethod]: () => string;
}

function named(name: string, run: Step): NamedStep {
  return { run, [fc.toStringMethod]: () => name };
}

/** A step with one parameter. */
function of<T>(name: string, values: fc.Arbitrary<T>, run: (model: ScopeHistory, value: T) => void | Promise<void>) {
  return values.map(value => named(`${name}(${JSON.stringify(value)})`, model => run(model, value)));
}

/** A step with none. */
function just(name: string, run: Step): fc.Arbitrary<NamedStep> {
  return fc.constant(named(`${name}()`, run));
}

/** The first endpoint is the one that most is about; the others are its other transport and another server. */
const target = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat(3) });

const call = fc
  .tuple(target, fc.constantFrom('t0', ...TOOLS))
  .map(([where, tool]) => named(`call(${where}, ${tool})`, model => model.call(where, tool)));

const mood: fc.Arbitrary<Partial<ServerMood>> = fc.oneof(
  fc.record({ grantsOnly: fc.constantFrom(undefined, 'base', 'base s1', 'base s1 s3') }),
  fc.record({ namesScope: fc.boolean() }),
  fc.record({ rotates: fc.boolean() }),
  fc.record({ issuesRefreshTokens: fc.boolean() }),
  fc.record({ namesIssuer: fc.boolean() }),
  fc.record({ failures: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ delay: fc.integer({ min: 0, max: 8 }) })
);

const styles = fc.constantFrom<ChallengeStyle>('missing', 'needed', 'no scope', 'no metadata');
const outages = fc.record({
  fault: fc.constantFrom(...FAULTS),
  where: fc.constantFrom('resources' as const, 'servers' as const, 'everywhere' as const)
});
const forgeries = fc.constantFrom<Record<string, string>>({ code: 'made-up' }, { error: 'access_denied' });
const refusals = fc.constantFrom<Answer>('no', 'no', 'invalid scope');

/** A step-up during which something is slow, so that the next flow overtakes it: by chance alone this is rare. */
const slowStepUp = fc
  .tuple(fc.constantFrom(...TOOLS), fc.constantFrom('saveTokens', 'token answer', 'saveCodeVerifier', 'tokens'))
  .map(([tool, next]) =>
    named(`stepUpSlowly(${tool}, ${next})`, async model => {
      model.call(0, tool);
      await model.settle();
      Object.assign(model.delays, { next });
      await model.answer('last', 'yes');
      await model.goOnBeside();
      model.delays.release();
    })
  );

/** Everything that may happen next. */
export const step = fc.oneof(
  { weight: 16, arbitrary: call },
  { weight: 4, arbitrary: just('settle', model => model.settle()) },
  { weight: 8, arbitrary: just('agree', model => model.answer('last', 'yes')) },
  { weight: 1, arbitrary: just('agreeInOlderTab', model => model.answer('older', 'yes')) },
  { weight: 2, arbitrary: of('refuse', refusals, (model, answer) => model.answer('last', answer)) },
  { weight: 1, arbitrary: just('refuseInOlderTab', model => model.answer('older', 'no')) },
  { weight: 1, arbitrary: just('answerAgain', model => model.answerAgain()) },
  { weight: 1, arbitrary: of('forge', forgeries, (model, parameters) => model.forge(parameters)) },
  { weight: 4, arbitrary: just('expire', model => model.expire()) },
  { weight: 1, arbitrary: just('revoke', model => model.revoke()) },
  { weight: 2, arbitrary: of('replaceTransport', target, (model, where) => model.replaceTransport(where)) },
  { weight: 2, arbitrary: just('restart', model => model.restart()) },
  { weight: 2, arbitrary: just('changeProcess', model => model.changeProcess()) },
  { weight: 2, arbitrary: of('authorize', target, (model, where) => model.authorize(where)) },
  { weight: 3, arbitrary: of('mood', mood, (model, change) => void Object.assign(model.mood, change)) },
  { weight: 2, arbitrary: of('speak', styles, (model, style) => model.speak(style)) },
  { weight: 2, arbitrary: of('move', fc.nat(1), (model, index) => model.move(index)) },
  { weight: 2, arbitrary: of('breakDown', outages, (model, { fault, where }) => model.breakDown(fault, where)) },
  { weight: 2, arbitrary: just('repair', model => model.repair()) },
  {
    weight: 2,
    arbitrary: of(
      'decide',
      fc.constantFrom('reauthorize' as const, 'throw' as const, 'later' as const, 'later' as const),
      (model, decision) => void Object.assign(model.delays, { decision })
    )
  },
  {
    weight: 5,
    arbitrary: of('delay', fc.constantFrom(...DELAYABLE), (model, next) => void Object.assign(model.delays, { next }))
  },
  { weight: 2, arbitrary: slowStepUp },
  { weight: 3, arbitrary: just('goOnBeside', model => model.goOnBeside()) },
  { weight: 2, arbitrary: just('release', model => model.delays.release()) },
  { weight: 1, arbitrary: just('abandon', model => model.delays.abandon()) },
  { weight: 1, arbitrary: of('wait', fc.boolean(), (model, waits) => void Object.assign(model, { waits })) }
);

export const beginning: fc.Arbitrary<Beginning> = fc.record({
  client: fc.constantFrom('dynamic', 'dynamic', 'registered'),
  keepsDiscovery: fc.constantFrom(true, true, false),
  isShared: fc.constantFrom(false, false, true)
});

/** Every run begins with a sign-in. */
const SIGN_IN: readonly NamedStep[] = [
  named('call(0, t0)', model => model.call(0, 't0')),
  named('agree()', model => model.answer('last', 'yes')),
  named('call(0, t0)', model => model.call(0, 't0'))
];

/** Plays a history to its good end; what was wrong on the way, in words. */
export async function play(begin: Beginning, steps: readonly NamedStep[]): Promise<readonly string[]> {
  const model = await ScopeHistory.start(begin);
  try {
    for (const { run } of [...SIGN_IN, ...steps]) await run(model);
    await model.heal();
    await model.checkReachable();
    model.check();
  } finally {
    await model.stop();
  }
  return model.violations;
}

import type { ClientUnderTest } from './adapters/clientUnderTest.js';
import { resultOf, type Result, type Run } from './harness/scenario.js';
import { failed, show, type Verdict } from './harness/verdict.js';
import { World } from './harness/world.js';

/** How long closing may take, in milliseconds. */
const CLOSING_LIMIT = 1_000;

/** A result, and whether the client may still be at work: then nothing else should be run beside it. */
export interface Played {
  readonly result: Result;
  readonly isRunaway: boolean;
}

function after(milliseconds: number): { elapsed: Promise<'too late'>; cancel: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const elapsed = new Promise<'too late'>(resolve => (timer = setTimeout(() => resolve('too late'), milliseconds)));
  return { elapsed, cancel: () => clearTimeout(timer) };
}

/** Plays a scenario and judges it. Never rejects, and never takes much longer than the scenario may. */
export async function play(client: ClientUnderTest, run: Run): Promise<Played> {
  const { scenario, transport } = run;
  const began = performance.now();
  const answer = (verdict: Verdict): Result => resultOf(run, verdict, performance.now() - began);
  if (scenario.requires.some(feature => !client.offers.has(feature))) {
    return { result: { ...answer({ passed: true }), outcome: 'not offered' }, isRunaway: false };
  }
  const world = await World.start(client, transport, scenario.script);
  const { elapsed, cancel } = after(scenario.limit);
  const exceeded = world.changes.until(() => world.tap.isExceeded).then(() => 'too often' as const);
  const soFar = (): string => `; by then ${world.tap.count} requests, prompts for ${show(world.requested)}`;
  try {
    const end = await Promise.race([
      elapsed,
      exceeded,
      scenario.play(world).then(
        observed => ({ verdict: scenario.judge(observed) }),
        (error: unknown) => ({ verdict: failed(`it could not go on: ${show(error)}${soFar()}`) })
      )
    ]);
    if (end === 'too late')
      return { result: answer(failed(`it did not end within ${scenario.limit} ms${soFar()}`)), isRunaway: true };
    if (end === 'too often')
      return {
        result: answer(failed(`it ran away: ${show(world.requested)} after ${world.tap.count} requests`)),
        isRunaway: true
      };
    return { result: answer(end.verdict), isRunaway: false };
  } finally {
    cancel();
    const closing = after(CLOSING_LIMIT);
    await Promise.race([world.close(), closing.elapsed]);
    closing.cancel();
  }
}

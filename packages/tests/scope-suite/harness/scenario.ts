import type { Feature } from '../adapters/clientUnderTest.js';
import type { Judge, Verdict } from './verdict.js';
import type { TransportKind, World, WorldScript } from './world.js';

/** One behaviour: servers that are scripted, what the host does, and one thing about it that must be so. */
export interface Scenario {
  /** The rule, or `own`, and a number. */
  readonly id: string;
  /** What the client does. */
  readonly title: string;
  readonly transports: readonly TransportKind[];
  /** What a client must offer for this to be asked of it. */
  readonly requires: readonly Feature[];
  /** Longest duration, in milliseconds. */
  readonly limit: number;
  readonly script: WorldScript;
  /** What `play` answers with, for people. */
  readonly observes: string;
  readonly play: (world: World) => Promise<unknown>;
  readonly judge: Judge<unknown>;
}

interface Definition<T> extends WorldScript {
  title: string;
  transports?: readonly TransportKind[];
  requires?: readonly Feature[];
  limit?: number;
  observes: string;
  play: (world: World) => Promise<T>;
  judge: Judge<T>;
}

export const BOTH: readonly TransportKind[] = ['streamable', 'sse'];
export const EVERYWHERE: readonly TransportKind[] = ['streamable', 'sse', 'middleware'];

const DEFAULT_LIMIT = 5_000;

export function scenario<T>(id: string, definition: Definition<T>): Scenario {
  const { title, observes, play, judge, transports = ['streamable'], requires = [], limit, ...script } = definition;
  return {
    id,
    title,
    transports,
    requires,
    limit: limit ?? DEFAULT_LIMIT,
    script,
    observes,
    play,
    judge: observed => judge(observed as T)
  };
}

/** A scenario on one of its transports: what passes or fails. */
export interface Run {
  /** The scenario's id, and the transport where there are several. */
  readonly id: string;
  readonly scenario: Scenario;
  readonly transport: TransportKind;
}

export function runsOf(scenarios: readonly Scenario[]): Run[] {
  return scenarios.flatMap(scenario =>
    scenario.transports.map(transport => ({
      id: scenario.transports.length === 1 ? scenario.id : `${scenario.id}/${transport}`,
      scenario,
      transport
    }))
  );
}

/** `R13` of `R13-02`. */
export function ruleOf(id: string): string {
  return id.slice(0, id.indexOf('-'));
}

export interface Result {
  readonly id: string;
  readonly title: string;
  readonly transport: TransportKind;
  /** `not offered`: the client has no such option, so nothing was asked of it. */
  readonly outcome: 'passed' | 'failed' | 'not offered';
  readonly reason?: string;
  readonly milliseconds: number;
}

export function resultOf({ id, scenario, transport }: Run, verdict: Verdict, milliseconds: number): Result {
  const { title, observes } = scenario;
  const common = { id, title, transport, milliseconds: Math.round(milliseconds) };
  return verdict.passed
    ? { ...common, outcome: 'passed' }
    : { ...common, outcome: 'failed', reason: `${observes}: ${verdict.reason}` };
}

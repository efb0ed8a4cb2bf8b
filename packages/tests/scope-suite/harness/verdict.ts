import { isDeepStrictEqual } from 'node:util';

export type Verdict = { readonly passed: true } | { readonly passed: false; readonly reason: string };

/** Looks at what a scenario observed. */
export type Judge<T> = (observed: T) => Verdict;

const PASSED: Verdict = { passed: true };

export function failed(reason: string): Verdict {
  return { passed: false, reason };
}

const LONGEST = 200;

/** A value for a sentence. */
export function show(value: unknown): string {
  const text = write(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function write(value: unknown): string {
  if (value === undefined) return 'none';
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (Array.isArray(value)) return `[${value.map(write).join(', ')}]`;
  return JSON.stringify(value);
}

export function equals<T>(expected: T): Judge<T> {
  return observed =>
    isDeepStrictEqual(observed, expected) ? PASSED : failed(`expected ${show(expected)}, observed ${show(observed)}`);
}

export function atMost(limit: number): Judge<number> {
  return observed => (observed <= limit ? PASSED : failed(`expected at most ${limit}, observed ${observed}`));
}

/** @param expected what should be, for the sentence that says it is not */
export function satisfies<T>(expected: string, test: (observed: T) => boolean): Judge<T> {
  return observed => (test(observed) ? PASSED : failed(`expected ${expected}, observed ${show(observed)}`));
}

import * as fc from 'fast-check';

// What may take the place of a part: JSON, and what JavaScript has besides. None is an instance of a class.
const CONSTANTS = [null, undefined, true, false];
const NUMBERS = [0, -1, 1, 0.5, 1.5, 2 ** 53, -(2 ** 53), Number.NaN, Number.POSITIVE_INFINITY];
const STRUCTURES = [[], ['x'], [null], {}, { x: 1 }, { type: 'text' }];
const WORDS = ['', 'x', 'text', 'resource', 'form', 'url', 'complete', '2026-01-31', '2026-01-31T00:00:00+01:00'];
const NO_BASE64 = ['a', '-_==', 'aGk=='];
const URLS = ['https:example.com', ' https://example.com ', '\u00A0https://example.com', 'http://', '/path', 'file:/a'];
const SCRIPTS = ['javascript:alert(1)', 'JAVASCRIPT:x', ' data:,x', 'vbscript:x'];

const replacement = fc.oneof(
  fc.constantFrom(...CONSTANTS),
  fc.constantFrom(...NUMBERS),
  fc.constantFrom<unknown>(...STRUCTURES),
  fc.constantFrom(...WORDS, ...NO_BASE64, ...URLS, ...SCRIPTS)
);

/** Members that some schema knows, or that every object seems to have. */
const MEMBERS = ['x', 'type', 'content', 'data', 'resultType', '_meta', 'toString', '__proto__'];

interface Change {
  /** The way to the part: at each step the number of a member, to be taken modulo how many there are. */
  path: number[];
  kind: 'replace' | 'remove' | 'add';
  member: string;
  other: unknown;
}

const change: fc.Arbitrary<Change> = fc.record({
  path: fc.array(fc.nat(), { maxLength: 5 }),
  kind: fc.constantFrom('replace', 'replace', 'remove', 'add'),
  member: fc.constantFrom(...MEMBERS),
  other: replacement
});

/** Values with none to two changes. */
export function changed(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(values, fc.array(change, { maxLength: 2 }))
    .map(([value, changes]) => changes.reduce((each, { path, ...edit }) => applied(each, path, edit), value));
}

/** One of each kind, and the numbers that some schema minds. */
const KINDS = [undefined, null, true, -1, 1.5, 'x', [], [{}], {}];

/** All values that differ from this one in one part: it is of another kind, or left out. */
export function* variations(value: unknown): Generator<unknown, void> {
  yield* KINDS;
  if (!isStructure(value)) return;
  for (const [key, part] of Object.entries(value)) {
    yield withoutPart(value, key);
    for (const other of variations(part)) yield withPart(value, key, other);
  }
}

type Edit = Omit<Change, 'path'>;

/** The value with one part changed: the one that the way leads to, or ends at too early. */
function applied(value: unknown, [step, ...rest]: number[], edit: Edit): unknown {
  if (!isStructure(value)) return edit.other;
  const keys = Object.keys(value);
  const key = step === undefined ? undefined : keys[step % Math.max(keys.length, 1)];
  if (key === undefined) return edit.kind === 'add' ? withPart(value, edit.member, edit.other) : edit.other;
  if (rest.length === 0 && edit.kind === 'remove') return withoutPart(value, key);
  return withPart(value, key, applied(value[key], rest, edit));
}

function isStructure(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Any name but those of its elements adds an element to an array. */
function withPart(value: Record<string, unknown>, key: string, part: unknown): unknown {
  // Spreading, unlike assigning, makes `__proto__` a member like any other, as JSON.parse does.
  if (!Array.isArray(value)) return { ...value, [key]: part };
  const elements = value as unknown[];
  return key in elements && /^\d+$/.test(key) ? elements.with(Number(key), part) : [...elements, part];
}

function withoutPart(value: Record<string, unknown>, key: string): unknown {
  if (Array.isArray(value)) return (value as unknown[]).filter((_, index) => String(index) !== key);
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}

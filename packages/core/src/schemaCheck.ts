import type { StandardSchemaV1 } from './standardSchema.js';

/** Makes the error for a value that does not fit. `reason` says where and why. */
export type Misfit = (reason: string, issues: readonly StandardSchemaV1.Issue[]) => Error;

/**
 * Checks a value against one of the schemas of this package, which are synchronous and change nothing, and returns the
 * very value.
 */
export function received<Value>(schema: StandardSchemaV1, value: Value, misfit: Misfit): Value {
  const issues = issuesOf(schema, value);
  if (issues !== undefined) throw misfit(describeIssues(issues, factOf), issues);
  return value;
}

/** Tells why a value does not fit one of the schemas of this package; undefined when it does. */
export function misfitReason(schema: StandardSchemaV1, value: unknown): string | undefined {
  const issues = issuesOf(schema, value);
  return issues === undefined ? undefined : describeIssues(issues, factOf);
}

function issuesOf(schema: StandardSchemaV1, value: unknown): readonly StandardSchemaV1.Issue[] | undefined {
  return (schema['~standard'].validate(value) as StandardSchemaV1.Result<unknown>).issues;
}

/** Runs a schema of the user and returns what it makes of the value. */
export function parsed<Schema extends StandardSchemaV1>(
  schema: Schema,
  value: unknown,
  misfit: Misfit
): StandardSchemaV1.InferOutput<Schema> | Promise<StandardSchemaV1.InferOutput<Schema>> {
  const settle = (outcome: StandardSchemaV1.Result<unknown>): unknown => {
    if (outcome.issues !== undefined) throw misfit(describeIssues(outcome.issues, messageOf), outcome.issues);
    return outcome.value;
  };
  const outcome = schema['~standard'].validate(value);
  return outcome instanceof Promise ? outcome.then(settle) : settle(outcome);
}

/** Tells whether a value is a Standard Schema. ArkType's are functions. */
export function isStandardSchema(value: unknown): value is StandardSchemaV1 {
  return ((typeof value === 'object' && value !== null) || typeof value === 'function') && '~standard' in value;
}

const SHOWN_ISSUES = 3;

/** Writes the first few issues in one line, each with the path it is at. */
function describeIssues(
  issues: readonly StandardSchemaV1.Issue[],
  reasonOf: (issue: StandardSchemaV1.Issue) => string
): string {
  const shown = issues.slice(0, SHOWN_ISSUES).map(issue => {
    const path = (issue.path ?? []).map(step => String(typeof step === 'object' ? step.key : step)).join('.');
    return path === '' ? reasonOf(issue) : `${path}: ${reasonOf(issue)}`;
  });
  const rest = issues.length - shown.length;
  return rest > 0 ? `${shown.join('; ')}; and ${rest} more` : shown.join('; ');
}

/** The words of a user's schema count, unless zod has none: it says "Invalid input" when no locale is configured. */
function messageOf(issue: StandardSchemaV1.Issue): string {
  return issue.message === 'Invalid input' ? factOf(issue) : issue.message;
}

/**
 * Describes a zod issue by its facts, since the words depend on the locale that the application may have configured.
 */
function factOf(issue: StandardSchemaV1.Issue): string {
  const { expected, values, note } = issue as { expected?: unknown; values?: unknown; note?: unknown };
  if (typeof expected === 'string') return `expected ${expected}`;
  if (Array.isArray(values)) return `expected ${values.map(value => JSON.stringify(value)).join(' or ')}`;
  return typeof note === 'string' ? note : issue.message;
}

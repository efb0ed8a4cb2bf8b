import type { StandardSchemaV1 } from './standardSchema.js';

/** Makes the error for a value that does not fit. `reason` says where and why. */
export type Misfit = (reason: string, issues: readonly StandardSchemaV1.Issue[]) => Error;

/**
 * Checks a value against one of the schemas of this package, which are synchronous and change nothing, and returns the
 * very value.
 */
export function received<T>(schema: StandardSchemaV1, value: unknown, misfit: Misfit): T {
  const { issues } = schema['~standard'].validate(value) as StandardSchemaV1.Result<unknown>;
  if (issues !== undefined) throw misfit(describeIssues(issues), issues);
  return value as T;
}

/** Runs a schema of the user and returns what it makes of the value. */
export function parsed<Schema extends StandardSchemaV1>(
  schema: Schema,
  value: unknown,
  misfit: Misfit
): StandardSchemaV1.InferOutput<Schema> | Promise<StandardSchemaV1.InferOutput<Schema>> {
  const settle = (outcome: StandardSchemaV1.Result<unknown>): unknown => {
    if (outcome.issues !== undefined) throw misfit(describeIssues(outcome.issues), outcome.issues);
    return outcome.value;
  };
  const outcome = schema['~standard'].validate(value);
  return outcome instanceof Promise ? outcome.then(settle) : settle(outcome);
}

/** Whether a value is a Standard Schema. ArkType's are functions. */
export function isStandardSchema(value: unknown): value is StandardSchemaV1 {
  return ((typeof value === 'object' && value !== null) || typeof value === 'function') && '~standard' in value;
}

const SHOWN_ISSUES = 3;

/** The first few issues in one line, each with the path it is at. */
export function describeIssues(issues: readonly StandardSchemaV1.Issue[]): string {
  const shown = issues.slice(0, SHOWN_ISSUES).map(issue => {
    const path = (issue.path ?? []).map(step => String(typeof step === 'object' ? step.key : step)).join('.');
    return path === '' ? reasonOf(issue) : `${path}: ${reasonOf(issue)}`;
  });
  const rest = issues.length - shown.length;
  return rest > 0 ? `${shown.join('; ')}; and ${rest} more` : shown.join('; ');
}

/** zod says only "Invalid input" until a locale is configured, which is the application's to do; the facts are there. */
function reasonOf(issue: StandardSchemaV1.Issue): string {
  const { expected, values, note } = issue as { expected?: unknown; values?: unknown; note?: unknown };
  if (issue.message !== 'Invalid input') return issue.message;
  if (typeof expected === 'string') return `expected ${expected}`;
  if (Array.isArray(values)) return `expected ${values.map(value => JSON.stringify(value)).join(' or ')}`;
  return typeof note === 'string' ? note : issue.message;
}

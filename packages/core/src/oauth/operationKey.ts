import type { Operation } from './errors.js';

/** What an operation is remembered under. */
export function operationKey({ method, name }: Operation): string {
  return JSON.stringify([method, name]);
}

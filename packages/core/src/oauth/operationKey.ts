import type { Operation } from './errors.js';

/** Tells what an operation is remembered under. */
export function operationKey({ method, name }: Operation): string {
  return JSON.stringify([method, name]);
}

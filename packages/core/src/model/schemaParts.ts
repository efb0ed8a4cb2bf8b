import * as z from 'zod/mini';
import { isJsonObject } from '../jsonObject.js';
import type { JSONObject } from '../jsonrpc/types.js';

/**
 * Returns an object whose named members are checked and whose other members are kept. Its type is closed all the same:
 * an index signature would break `Omit`, `keyof` and the interfaces that users pass in.
 */
/* @__NO_SIDE_EFFECTS__ */
export function open<Shape extends z.core.$ZodShape>(shape: Shape): z.ZodMiniObject<Shape> {
  return z.looseObject(shape);
}

/** Returns an object all of whose members fit. `z.record` does the same, with more code. */
/* @__NO_SIDE_EFFECTS__ */
export function record<Value extends z.core.SomeType>(value: Value) {
  return z.catchall(z.object({}), value);
}

export const int = z.custom<number>(Number.isSafeInteger, 'expected int');

/** How much something matters; 1 is the most. */
const priority = z.custom<number>(
  value => typeof value === 'number' && value >= 0 && value <= 1,
  'expected number from 0 to 1'
);

/** A JSON object that is not looked into. */
export const jsonObject = z.custom<Record<string, unknown>>(isJsonObject, 'expected object');

/** The same, typed as JSON all the way down. */
export const json = z.custom<JSONObject>(isJsonObject, 'expected object');

export const optional = {
  json: z.optional(json),
  string: z.optional(z.string()),
  strings: z.optional(z.array(z.string())),
  number: z.optional(z.number()),
  priority: z.optional(priority),
  int: z.optional(int),
  boolean: z.optional(z.boolean()),
  jsonObject: z.optional(jsonObject)
};

import * as z from 'zod/mini';
import { int, open, optional } from './schemaParts.js';

/** What may be said of how changed lists are told: the wait between changes is in milliseconds. */
export const ListChangedOptionsBaseSchema = open({
  autoRefresh: optional.boolean,
  debounceMs: z.optional(int.check(z.refine(value => value >= 0, { error: 'expected no less than 0' })))
});

import type { ProgressNotificationParams } from '../model/common.js';

const isOptional = (value: unknown, type: 'number' | 'string'): boolean => value === undefined || typeof value === type;

/** Asks the same question as `ProgressNotificationParamsSchema`, by hand: a stream can carry thousands of these. */
export function isProgressParams(value: unknown): value is ProgressNotificationParams {
  if (typeof value !== 'object' || value === null) return false;
  const { progressToken, progress, total, message, _meta } = value as Record<string, unknown>;
  return (
    (typeof progressToken === 'string' || Number.isSafeInteger(progressToken)) &&
    Number.isFinite(progress) &&
    isOptional(total, 'number') &&
    isOptional(message, 'string') &&
    (_meta === undefined || (typeof _meta === 'object' && _meta !== null && !Array.isArray(_meta)))
  );
}

import type { ClientCapabilities, ServerCapabilities } from '@scopeful/core';
import { SdkError, SdkErrorCode } from '@scopeful/core/engine';

/**
 * Joins two sets of capabilities.
 * @param base one set, not changed
 * @param additional the other
 * @returns a new set; where both have a capability, its members are joined, and the second set's win
 */
export function mergeCapabilities(
  base: ServerCapabilities,
  additional: Partial<ServerCapabilities>
): ServerCapabilities;
export function mergeCapabilities(
  base: ClientCapabilities,
  additional: Partial<ClientCapabilities>
): ClientCapabilities;
export function mergeCapabilities(base: object, additional: object): object {
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(additional)) {
    if (value === undefined) continue;
    const before = merged[name];
    merged[name] = isObject(before) && isObject(value) ? { ...before, ...value } : value;
  }
  return merged;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Checks that the client declared what handling these requests of the server takes. */
export function assertCanHandle(method: string, capabilities: ClientCapabilities): void {
  const needed = clientCapabilityFor(method);
  if (needed === undefined || capabilities[needed] !== undefined) return;
  const message =
    `A handler for ${method} needs the client capability "${needed}", which is not declared: ` +
    `pass { capabilities: { ${needed}: {} } } to the Client`;
  throw new SdkError(SdkErrorCode.CapabilityNotSupported, message, { capability: needed, method });
}

function clientCapabilityFor(method: string): 'sampling' | 'elicitation' | 'roots' | undefined {
  switch (method) {
    case 'sampling/createMessage':
      return 'sampling';
    case 'elicitation/create':
      return 'elicitation';
    case 'roots/list':
      return 'roots';
    default:
      return undefined;
  }
}

/** Checks that the client declared what a notification of it promises. */
export function assertCanNotify(method: string, capabilities: ClientCapabilities): void {
  if (method !== 'notifications/roots/list_changed' || capabilities.roots?.listChanged === true) return;
  const message =
    `${method} needs the client capability "roots.listChanged", which is not declared: ` +
    'pass { capabilities: { roots: { listChanged: true } } } to the Client';
  throw new SdkError(SdkErrorCode.CapabilityNotSupported, message, { capability: 'roots.listChanged', method });
}

/** Returns the server capability that a method belongs to. */
export function serverCapabilityFor(method: string): keyof ServerCapabilities | undefined {
  switch (method.split('/', 1)[0]) {
    case 'tools':
      return 'tools';
    case 'prompts':
      return 'prompts';
    case 'resources':
      return 'resources';
    case 'completion':
      return 'completions';
    case 'logging':
      return 'logging';
    default:
      return undefined;
  }
}

/** Makes the error for a method whose capability the server did not declare. */
export function serverLacks(capability: keyof ServerCapabilities, method: string): SdkError {
  const message = `${method} needs the server capability "${capability}", which this server does not declare`;
  return new SdkError(SdkErrorCode.CapabilityNotSupported, message, { capability, method });
}

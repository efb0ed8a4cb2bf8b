import type { JSONRPCMessage, Operation } from '@scopeful/core';

/** Tells what a message is about: its method, and the tool, prompt or resource it names. */
export function operationOf(resource: string, message: JSONRPCMessage | JSONRPCMessage[]): Operation {
  const first = Array.isArray(message) ? message[0] : message;
  if (first === undefined || !('method' in first)) return { resource, method: 'response' };
  const name = first.params?.['name'] ?? first.params?.['uri'];
  return typeof name === 'string' ? { resource, method: first.method, name } : { resource, method: first.method };
}

import type { Operation } from './errors.js';

/**
 * What happens to the authorization of a resource, as `onauth` is told. Scopes and operations only: no token, code,
 * verifier or secret.
 */
export type AuthEvent = {
  /** URL of the MCP server. */
  resource: string;
  /** The operation that called for it; absent when the host did, as with `finishAuth()`. */
  operation?: Operation;
} & (
  | { type: 'challenge'; kind: 'unauthorized' | 'insufficient_scope'; scope?: string }
  /** Another request's flow is under way; this one waits for it. */
  | { type: 'join' }
  /** A refresh token is about to be used; `scope` is what the token it replaces carried. */
  | { type: 'refresh'; scope?: string }
  /** An authorization is about to be asked for; `previous` is what was asked for before, `added` what is new. */
  | { type: 'authorize'; previous?: string; added?: string; requested?: string }
  /** The user agent was sent to the authorization server. */
  | { type: 'redirect'; requested?: string }
  /** New tokens were stored. */
  | { type: 'granted'; requested?: string; granted?: string }
  /** The operation lacks a scope, and asking is not allowed or cannot help; or the user or the server said no. */
  | { type: 'refused'; required?: string; requested?: string; granted?: string }
);

/** What one step of a flow reports; the resource and the operation are its caller's to know. */
export type FlowEvent =
  Extract<AuthEvent, { type: 'refresh' | 'authorize' | 'redirect' | 'granted' }> extends infer E
    ? E extends unknown
      ? Omit<E, 'resource' | 'operation'>
      : never
    : never;

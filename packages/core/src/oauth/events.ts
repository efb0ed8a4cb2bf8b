import type { Operation } from './errors.js';

/**
 * An event in the authorization of a resource, as `onauth` is told it. It holds scopes and operations only: no token, code,
 * verifier or secret.
 */
export type AuthEvent = {
  /** URL of the MCP server. */
  resource: string;
  /** When it happened, in milliseconds since the epoch. */
  time: number;
  /** Identifies the flow that it is part of, from the challenge to the tokens that its callback brings. */
  flow?: string;
  /** The operation that called for it; absent when the host did. */
  operation?: Operation;
} & (
  | { type: 'challenge'; kind: 'unauthorized' | 'insufficient_scope'; scope?: string }
  /** Another request's flow is under way; this one waits for it. */
  | { type: 'join' }
  /** Metadata named the authorization server. */
  | { type: 'discovered'; issuer: string }
  /** A new client was registered with the authorization server. */
  | { type: 'registered'; issuer: string }
  /** A refresh token is about to be used; `scope` is what the token it replaces carried. */
  | { type: 'refresh'; scope?: string }
  /** The refresh token brought nothing: the OAuth error code, or `unreachable` where there was no answer to read. */
  | { type: 'refresh-failed'; reason: string }
  /** An authorization is about to be asked for; `previous` is what was asked for before, `added` what is new. */
  | { type: 'authorize'; previous?: string; added?: string; requested?: string }
  /** The user agent was sent to the authorization server. */
  | { type: 'redirect'; requested?: string }
  /** New tokens were stored. */
  | { type: 'granted'; requested?: string; granted?: string }
  /** The operation lacks a scope, and asking is not allowed or cannot help; or the user or the server said no. */
  | { type: 'refused'; required?: string; requested?: string; granted?: string }
);

/** An event as one step of a flow reports it; resource and time are its caller's to add. */
export type FlowEvent = AuthEvent extends infer E ? (E extends unknown ? Omit<E, 'resource' | 'time'> : never) : never;

import type { ClientCapabilities, jsonSchemaValidator, RequestOptions } from '@scopeful/core';
import type { PriorDiscovery, VersionNegotiationOptions } from './session/plan.js';
import type { ListChangedHandlers } from './offers/listWatcher.js';
import type { ProtocolOptions } from './peer/protocol.js';
import type { ResponseCacheStore } from './offers/responseCache.js';
import type { InputRequiredOptions } from './session/inputRounds.js';

/** Options of a {@link Client}. */
export type ClientOptions = ProtocolOptions & {
  /** What the client offers to the server: sampling, elicitation, roots, … */
  capabilities?: ClientCapabilities;
  /** Checks what tools answer; `@cfworker/json-schema`, loaded when it is first needed, by default. */
  jsonSchemaValidator?: jsonSchemaValidator;
  /** Which revision to speak: those that begin with `initialize` by default. */
  versionNegotiation?: VersionNegotiationOptions;
  /** What to do with results that ask for input (2026-07-28). */
  inputRequired?: InputRequiredOptions;
  /** What to do when a list of the server changes. */
  listChanged?: ListChangedHandlers;
  /** How many pages a list without a cursor may have, 64 by default; 0 is no limit. */
  listMaxPages?: number;
  /** Keeps results that may be served again; each client has its own in memory by default. */
  responseCacheStore?: ResponseCacheStore;
  /** Whose private results they are, where a store is shared by users. */
  cachePartition?: string;
  /** Milliseconds that a result may be served again that does not say so itself; 0, never, by default. */
  defaultCacheTtlMs?: number;
};

/** Options of {@link Client.connect}. Timeout and signal are those of the handshake. */
export type ConnectOptions = RequestOptions & {
  /** What is known of the server already; this comes before `versionNegotiation`. */
  prior?: PriorDiscovery;
};

/** Returns the options that a client was made with, for extensions; none for what is no client of ours. */
export function optionsOf(client: object): ClientOptions {
  return (client as { _clientOptions?: ClientOptions })._clientOptions ?? {};
}

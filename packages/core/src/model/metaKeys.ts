// The keys of `_meta` that MCP reserves. https://modelcontextprotocol.io/specification/2026-07-28/basic#_meta

/** The revision a request speaks; on every request from 2026-07-28 on. */
export const PROTOCOL_VERSION_META_KEY = 'io.modelcontextprotocol/protocolVersion';
/** The client's name and version; on every request from 2026-07-28 on. */
export const CLIENT_INFO_META_KEY = 'io.modelcontextprotocol/clientInfo';
/** What the client offers; on every request from 2026-07-28 on. */
export const CLIENT_CAPABILITIES_META_KEY = 'io.modelcontextprotocol/clientCapabilities';
/** The least severe log message the server may send while it works on this request. */
export const LOG_LEVEL_META_KEY = 'io.modelcontextprotocol/logLevel';
/** The server's name and version; on results from 2026-07-28 on. */
export const SERVER_INFO_META_KEY = 'io.modelcontextprotocol/serverInfo';
/** The subscription that a notification belongs to. */
export const SUBSCRIPTION_ID_META_KEY = 'io.modelcontextprotocol/subscriptionId';
/** The task that a message belongs to (2025-11-25, Tasks). */
export const RELATED_TASK_META_KEY = 'io.modelcontextprotocol/related-task';

/** W3C Trace Context, `traceparent`. */
export const TRACEPARENT_META_KEY = 'traceparent';
/** W3C Trace Context, `tracestate`. */
export const TRACESTATE_META_KEY = 'tracestate';
/** W3C Baggage. */
export const BAGGAGE_META_KEY = 'baggage';

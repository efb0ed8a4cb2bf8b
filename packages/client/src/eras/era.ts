import type { ClientCapabilities, Implementation, LoggingLevel, ProtocolEra } from '@scopeful/core';

/** What every request says about its sender, in the eras in which it does. */
interface Sender {
  readonly protocolVersion: string;
  readonly clientInfo: Implementation;
  readonly clientCapabilities: ClientCapabilities;
  readonly logLevel?: LoggingLevel;
}

/** What a result says about itself. */
type Outcome = 'complete' | 'input_required' | 'unknown';

/** What tells one protocol era from the other on the wire. */
export interface Era {
  readonly name: ProtocolEra;
  /** Whether MCP defines this request or notification for other eras only. */
  lacks(method: string): boolean;
  /** What `_meta` of every message of the client holds. */
  meta(sender: Sender): Readonly<Record<string, unknown>> | undefined;
  /** The HTTP headers that a request needs beside those of the transport. */
  headers(protocolVersion: string, method: string, params: object | undefined): Record<string, string> | undefined;
  outcome(result: object): Outcome;
}

type HeaderRecord = Readonly<Record<string, string>>;

/** What the protocol says with every message: a caller cannot say otherwise. */
const PROTOCOL_HEADERS: readonly string[] = [
  'mcp-protocol-version',
  'mcp-method',
  'mcp-name',
  'mcp-session-id',
  'last-event-id'
];

/** Tells whether a header, in lower case, is the protocol's. */
export function isProtocolHeader(name: string): boolean {
  return PROTOCOL_HEADERS.includes(name);
}

/** Tells whether a header, in lower case, repeats an argument of a tool call (MCP 2026-07-28, Custom Headers). */
export function isArgumentHeader(name: string): boolean {
  return name.startsWith('mcp-param-');
}

/**
 * Returns the headers that a caller gave, names in lower case, so that none is sent beside another spelling of it.
 * @param isReserved names those that are left out
 */
export function callerHeaders(
  given: HeaderRecord | undefined,
  isReserved: (name: string) => boolean = () => false
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [spelling, value] of Object.entries(given ?? {})) {
    const name = spelling.toLowerCase();
    if (!isReserved(name)) headers[name] = value;
  }
  return headers;
}

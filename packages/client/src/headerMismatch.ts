/** The code of a server that finds body and headers at odds (2026-07-28, Server Validation). */
export const HEADER_MISMATCH = -32020;

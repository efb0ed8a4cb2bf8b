/** The revision a client asks for first. */
export const LATEST_PROTOCOL_VERSION = '2025-11-25';

/** What a server assumes when an HTTP request names no revision. */
export const DEFAULT_NEGOTIATED_PROTOCOL_VERSION = '2025-03-26';

/** The revisions spoken here, the preferred one first. */
export const SUPPORTED_PROTOCOL_VERSIONS = [
  LATEST_PROTOCOL_VERSION,
  '2025-06-18',
  DEFAULT_NEGOTIATED_PROTOCOL_VERSION,
  '2024-11-05',
  '2024-10-07'
];

/** `legacy` revisions begin with `initialize`; `modern` ones, from 2026-07-28 on, have no handshake. */
export type ProtocolEra = 'legacy' | 'modern';

/** Returns the era of a revision. Revisions are ISO dates, so they compare as strings. */
function protocolEra(version: string): ProtocolEra {
  return version < '2026-07-28' ? 'legacy' : 'modern';
}

/** The revisions from 2026-07-28 on that are spoken here. */
const MODERN_VERSIONS = ['2026-07-28'];

/** Picks those of a user's revisions, or of all, that begin with `initialize`. */
export function legacyVersions(chosen: readonly string[] = SUPPORTED_PROTOCOL_VERSIONS): string[] {
  return chosen.filter(version => protocolEra(version) === 'legacy');
}

/** Picks those of a user's revisions, or of all, that have no handshake. */
export function modernVersions(chosen: readonly string[] = MODERN_VERSIONS): string[] {
  return chosen.filter(version => protocolEra(version) === 'modern');
}

import { protocolEra, SUPPORTED_PROTOCOL_VERSIONS } from '@scopeful/core/engine';

/** The revisions from 2026-07-28 on that are spoken here. */
const MODERN_VERSIONS = ['2026-07-28'];

/** Those of a user's revisions, or of all, that begin with `initialize`. */
export function legacyVersions(chosen: readonly string[] = SUPPORTED_PROTOCOL_VERSIONS): string[] {
  return chosen.filter(version => protocolEra(version) === 'legacy');
}

/** Those of a user's revisions, or of all, that have no handshake. */
export function modernVersions(chosen: readonly string[] = MODERN_VERSIONS): string[] {
  return chosen.filter(version => protocolEra(version) === 'modern');
}

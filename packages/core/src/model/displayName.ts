import type { BaseMetadata } from './common.js';

/**
 * Finds what to show for a tool, prompt or resource.
 * @param metadata the tool, prompt or resource
 * @returns its title, else the title of its annotations, else its name
 * @see MCP 2026-07-28, BaseMetadata
 */
export function getDisplayName(metadata: BaseMetadata | (BaseMetadata & { annotations?: { title?: string } })): string {
  const titles = [metadata.title, 'annotations' in metadata ? metadata.annotations?.title : undefined];
  return titles.find(title => title !== undefined && title !== '') ?? metadata.name;
}

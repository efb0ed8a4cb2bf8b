import type { BaseMetadata } from './common.js';

/** What to show for a tool, prompt or resource: its title, else the title of its annotations, else its name. */
export function getDisplayName(metadata: BaseMetadata | (BaseMetadata & { annotations?: { title?: string } })): string {
  const titles = [metadata.title, 'annotations' in metadata ? metadata.annotations?.title : undefined];
  return titles.find(title => title !== undefined && title !== '') ?? metadata.name;
}

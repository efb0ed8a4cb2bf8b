import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

export type Notes = Map<number, string>;

/** One session's MCP server over notes that all sessions share. */
export function createNotesTools(notes: Notes): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  server.registerTool('list_notes', { description: 'Lists the notes', inputSchema: z.object({}) }, () =>
    answer(notes.size === 0 ? 'no notes' : [...notes].map(([id, text]) => `${id}: ${text}`).join('\n'))
  );
  server.registerTool(
    'add_note',
    { description: 'Adds a note', inputSchema: z.object({ text: z.string() }) },
    ({ text }) => {
      const id = Math.max(0, ...notes.keys()) + 1;
      notes.set(id, text);
      return answer(`added note ${id}`);
    }
  );
  server.registerTool(
    'delete_note',
    { description: 'Deletes one note', inputSchema: z.object({ id: z.number().int() }) },
    ({ id }) => answer(notes.delete(id) ? `deleted note ${id}` : `there is no note ${id}`)
  );
  server.registerTool('purge_notes', { description: 'Deletes all notes', inputSchema: z.object({}) }, () => {
    const { size } = notes;
    notes.clear();
    return answer(`deleted ${size} notes`);
  });
  return server;
}

function answer(text: string) {
  return { content: [{ type: 'text' as const, text }] };
}

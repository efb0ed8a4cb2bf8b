import { createHash } from 'node:crypto';
import type { Client } from '@scopeful/client';
import { z } from 'zod';

// A host of skills (SEP-2640). The library knows nothing of that extension; this is what a host makes of it.

const SkillsSchema = z.object({
  skills: z.array(
    z.object({
      uri: z.string(),
      frontmatter: z.record(z.string(), z.unknown()),
      resources: z.array(z.object({ uri: z.string(), digest: z.string(), size: z.number() }))
    })
  )
});

type Skill = z.infer<typeof SkillsSchema>['skills'][number];

/** What the server says of its skills; no file is read for that. */
export async function listSkills(client: Client): Promise<Skill[]> {
  const { skills } = await client.request({ method: 'skills/list' }, SkillsSchema);
  return skills;
}

/** Reads the files of a skill, and stops at the first that is not what the server said it would be. */
export async function loadSkill(client: Client, { uri: skillUri, frontmatter, resources }: Skill): Promise<void> {
  for (const { uri, digest, size } of resources) {
    const text = await read(client, uri);
    if (Buffer.byteLength(text) !== size) throw new Error(`${uri} has another size than was announced`);
    if (digestOf(text) !== digest) throw new Error(`${uri} has another digest than was announced`);
    if (uri === skillUri && !isSame(frontmatterOf(text), frontmatter)) {
      throw new Error(`${uri} says something else of itself than was announced`);
    }
  }
}

async function read(client: Client, uri: string): Promise<string> {
  const { contents } = await client.readResource({ uri });
  return contents.map(content => ('text' in content ? content.text : '')).join('');
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** The YAML at the head of a file, as far as it is what the suite uses: names with a plain text each. */
function frontmatterOf(text: string): Record<string, string> {
  const [, head = ''] = /^---\n(.*?)\n---\n/s.exec(text) ?? [];
  const lines = [...head.matchAll(/^(\w+): (.*)$/gm)];
  return Object.fromEntries(lines.map(([, name = '', value = '']) => [name, value]));
}

function isSame(found: Record<string, unknown>, announced: Record<string, unknown>): boolean {
  const names = new Set([...Object.keys(found), ...Object.keys(announced)]);
  return [...names].every(name => found[name] === announced[name]);
}

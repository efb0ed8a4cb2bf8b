import { createHash } from 'node:crypto';
import { Client, type ClientOptions, StreamableHTTPClientTransport } from '@scopeful/client';
import { onTestFinished } from 'vitest';
import { json, type ReceivedRequest, scriptMcp, type ScriptedMcp } from '../../support/scriptedMcp.js';

export const MODERN = '2026-07-28';
const LEGACY = '2025-11-25';
export type Era = 'legacy' | 'modern';
export const ERAS: readonly Era[] = ['legacy', 'modern'];

/** What a server of the extension declares. */
export const DECLARED = {
  resources: {},
  extensions: { 'io.modelcontextprotocol/skills': { directoryRead: true } }
};

/** What a result of 2026-07-28 says. */
export const HOLDS = { ttlMs: 0, cacheScope: 'private' };

export const digestOf = (content: string | Uint8Array): string =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** A `SKILL.md`. */
export const manifestOf = (name: string, more = ''): string =>
  `---\nname: ${name}\ndescription: What ${name} does\n${more}---\n# ${name}\n`;

type Files = Readonly<Record<string, string | Uint8Array>>;

/** The entry of a skill with these files, by their paths as they are in URIs. */
export function entryOf(root: string, files: Files, frontmatter: object = {}) {
  const name = root.split('/').at(-1) ?? '';
  const resources = Object.entries(files).map(([path, content]) => ({
    uri: `${root}/${path}`,
    digest: digestOf(content),
    size: Buffer.byteLength(content)
  }));
  return {
    uri: `${root}/SKILL.md`,
    frontmatter: { name, description: `What ${name} does`, ...frontmatter },
    resources
  };
}

/** Answers one method. What it throws is the JSON-RPC error. */
type Answer = (params: Record<string, unknown>) => object;

export interface SkillsServer extends ScriptedMcp {
  /** What it answers, from now on. */
  answers: Record<string, Answer>;
  /** The params of the requests for a method, in turn. */
  asked(method: string): Record<string, unknown>[];
}

/** A server of raw HTTP, of both eras, that answers as the test says, which a real one would not. */
export async function scriptSkills(
  answers: Record<string, Answer> = {},
  capabilities: object = DECLARED
): Promise<SkillsServer> {
  const server = await scriptMcp((request, response) => {
    const { id, method = '', params = {} } = request.message ?? {};
    if (id === undefined) return response.writeHead(request.method === 'POST' ? 202 : 405).end();
    const reply = (outcome: object): void => json(response, { jsonrpc: '2.0', id, ...outcome });
    try {
      const answer = method in skills.answers ? skills.answers[method] : hello(method, capabilities);
      if (answer === undefined) throw Object.assign(new Error('no such method'), { code: -32601 });
      reply({ result: { ...(isModern(request) && { resultType: 'complete' }), ...answer(params) } });
    } catch (error) {
      const { code = -32603, message } = error as { code?: number; message: string };
      reply({ error: { code, message } });
    }
  });
  const skills: SkillsServer = {
    ...server,
    answers,
    asked: method =>
      server.requests.filter(({ message }) => message?.method === method).map(({ message }) => message?.params ?? {})
  };
  return skills;
}

function isModern({ headers }: ReceivedRequest): boolean {
  return headers['mcp-protocol-version'] === MODERN;
}

function hello(method: string, capabilities: object): Answer | undefined {
  switch (method) {
    case 'initialize':
      return () => ({ protocolVersion: LEGACY, capabilities, serverInfo: { name: 'scripted', version: '1.0.0' } });
    case 'server/discover':
      return () => ({ supportedVersions: [MODERN], capabilities, ...HOLDS });
    default:
      return undefined;
  }
}

/** Answers `resources/read` with these contents, by URI. */
export const serving =
  (contents: Readonly<Record<string, object>>, holds: object = HOLDS): Answer =>
  ({ uri }) => ({ contents: [{ uri, ...contents[uri as string] }], ...holds });

/** A client that is connected in an era. */
export async function connectedIn(era: Era, { url }: { url: URL }, options?: ClientOptions): Promise<Client> {
  const versionNegotiation = era === 'modern' ? { mode: { pin: MODERN } } : undefined;
  const client = new Client({ name: 'skills', version: '1.0.0' }, { versionNegotiation, ...options });
  await client.connect(new StreamableHTTPClientTransport(url));
  onTestFinished(() => client.close());
  return client;
}

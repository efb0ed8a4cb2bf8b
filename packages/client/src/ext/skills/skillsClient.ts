import type {
  OutgoingRequest,
  ProtocolEra,
  ReadResourceRequest,
  ReadResourceResult,
  RequestOptions,
  ServerCapabilities,
  StandardSchemaV1,
  Transport
} from '@scopeful/core';
import { notConnected } from '@scopeful/core/engine';
import {
  type DirectoryResource,
  RESOURCES_DIRECTORY_READ_METHOD,
  type Skill,
  SKILL_LIMITS,
  type SkillsCapability,
  skillsCapabilityOf,
  SKILLS_GET_METHOD,
  SKILLS_LIST_METHOD
} from '@scopeful/core/ext/skills';
import { optionsOf } from '../../clientOptions.js';
import type { CacheableRequestOptions } from '../../offers/cachedList.js';
import { allPages, DEFAULT_LIST_MAX_PAGES } from '../../offers/pagination.js';
import { isServedAgain } from '../../offers/responseCache.js';
import {
  assertWithinLimits,
  entryProblem,
  type InvalidSkillEntry,
  type SkillLimits,
  sortEntries,
  tooLarge
} from './entry.js';
import { notDeclared } from './errors.js';
import { assertIntact, contentOf, type SkillFile } from './file.js';
import { readManifest } from './manifest.js';
import { answer, directoryPage, type Freshness, freshnessOf, listPage, unusable, unusableEntries } from './results.js';
import { fileOf, type Wanted } from './wanted.js';

/** Options of a {@link SkillsClient}. */
export interface SkillsClientOptions {
  /**
   * Parses the YAML between the lines of `---` of a `SKILL.md`, which comes without a byte order mark and with `\n` at the
   * end of each line. YAML 1.2 in its core schema by default.
   */
  parseFrontmatter?: (yaml: string) => Record<string, unknown>;
  /** Whether `list()` returns the entries that are not to be used in `invalid`, instead of throwing. False by default. */
  skipInvalid?: boolean;
  /**
   * How large a skill `read()` accepts: the number of its files, and the sum of their sizes in bytes. Those that every host
   * has to accept by default, {@link SKILL_LIMITS}; `Infinity` is no limit.
   */
  limits?: { files?: number; bytes?: number };
}

/** What `list()` returns. How long it holds is what the first page says. */
export interface SkillListing extends Freshness {
  skills: Skill[];
  /** The entries that are not to be used, with `skipInvalid`. */
  invalid: InvalidSkillEntry[];
  /** Of a page that was asked for by its cursor: the next one. */
  nextCursor?: string;
}

/** What is needed of a `Client`. */
interface Peer {
  readonly transport: Transport | undefined;
  getServerCapabilities(): ServerCapabilities | undefined;
  getProtocolEra(): ProtocolEra | undefined;
  request<Schema extends StandardSchemaV1>(
    request: OutgoingRequest,
    resultSchema: Schema,
    options?: RequestOptions
  ): Promise<StandardSchemaV1.InferOutput<Schema>>;
  readResource(params: ReadResourceRequest['params'], options?: CacheableRequestOptions): Promise<ReadResourceResult>;
}

/**
 * Lists, gets and reads the skills that a server publishes with the Skills extension (SEP-2640), in either protocol era.
 * What is read is checked against the entry of the skill. Whether to load a skill, to ask the user for approval and to say
 * where it comes from are for the host: digests show that server and entry agree, and not that either is to be trusted.
 * Skills are known by their server and URI together, and nothing is read ahead of need.
 *
 * https://github.com/modelcontextprotocol/ext-skills/blob/main/specification/stable/skills.mdx
 */
export class SkillsClient {
  private readonly _client: Peer;
  private readonly _options: SkillsClientOptions;
  private readonly _limits: SkillLimits;
  /** How many bytes were read of each file of a `"dynamic"` skill, whose entry does not say. */
  private readonly _read = new WeakMap<Skill, Map<string, number>>();

  /** `client` is a `Client`, which need not be connected yet, and may be connected again later. */
  constructor(client: Peer, options: SkillsClientOptions = {}) {
    this._client = client;
    this._options = options;
    const { files = SKILL_LIMITS.files, bytes = SKILL_LIMITS.bytes } = options.limits ?? {};
    this._limits = { files, bytes };
  }

  /**
   * Whether the server declares the extension; with `enforceStrictCapabilities`, whether it declares resources too, as it
   * must (Skills, Capability Negotiation). False before connecting.
   */
  get supported(): boolean {
    return this._declared !== undefined;
  }

  /** Whether the server declares that it answers `resources/directory/read`. */
  get directoryRead(): boolean {
    return this._declared?.directoryRead === true;
  }

  /**
   * Lists the skills: all pages as one, or with a `cursor` that page alone. Empty when the server does not declare the
   * extension. That a skill is not listed does not mean that there is none: see {@link get}.
   * @throws {SdkError} with `InvalidResult` that names each entry which is not to be used, all copies of a skill among
   * them, unless `skipInvalid` is set; or when a result of 2026-07-28 lacks `ttlMs` or `cacheScope`. With
   * `ListPaginationExceeded` past `listMaxPages` pages, with `NotConnected` before connecting, and with
   * `CapabilityNotSupported` instead of an empty list under `enforceStrictCapabilities`.
   */
  async list(params?: { cursor?: string }, options?: RequestOptions): Promise<SkillListing> {
    const method = SKILLS_LIST_METHOD;
    this._assertConnected(method);
    if (!this.supported) {
      if (optionsOf(this._client).enforceStrictCapabilities === true) throw notDeclared(method);
      return { skills: [], invalid: [] };
    }
    const page = listPage(this._client.getProtocolEra());
    const cursor = params?.cursor;
    const pages =
      cursor === undefined
        ? await this._walk(method, {}, page, options)
        : ([await this._request(method, { cursor }, page, options)] as const);
    const [first] = pages;
    const { skills, invalid } = sortEntries(pages.flatMap(each => each.skills));
    if (invalid.length > 0 && this._options.skipInvalid !== true) throw unusableEntries(method, invalid);
    const next = cursor === undefined || first.nextCursor === undefined ? {} : { nextCursor: first.nextCursor };
    return { skills, invalid, ...next, ...freshnessOf(first) };
  }

  /**
   * Gets the entry of a skill by the URI of its `SKILL.md`, be it listed or not: to load a skill that somebody named, or
   * after a file did not match its entry.
   * @throws {ProtocolError} when the server has no such skill; {@link SdkError} with `InvalidResult` when it answers with
   * another skill or an entry that is not to be used, with `CapabilityNotSupported` when it does not declare the
   * extension, and with `NotConnected` before connecting.
   */
  async get(uri: string, options?: RequestOptions): Promise<{ skill: Skill } & Freshness> {
    const method = SKILLS_GET_METHOD;
    this._assertSupported(method);
    const result = await this._request(method, { uri }, answer(this._client.getProtocolEra()), options);
    const { skill } = result;
    if (skill.uri !== uri) {
      throw unusable(method, `${JSON.stringify(skill.uri)} is not the skill ${JSON.stringify(uri)} that was asked for`);
    }
    const problem = entryProblem(skill);
    if (problem !== undefined) throw unusable(method, `${JSON.stringify(uri)} is not to be used: ${problem}`);
    return { skill, ...freshnessOf(result) };
  }

  /**
   * Reads a file of a skill and checks it: its size and its digest, and of the skill's own `SKILL.md` that the frontmatter
   * is that of the entry. `ref` is a path from the directory of the skill, or a URI, in any percent-encoding; its fragment
   * is ignored, and without it the `SKILL.md` is read. Only files of the entry are asked for; of a `"dynamic"` skill, which
   * has neither sizes nor digests, whatever is in its directory, until that is larger than `limits` say. What the response
   * cache served, and is not what the entry says, is fetched once more.
   * @throws {SkillVerificationError} when the file is not to be used, or the skill is too large. {@link TypeError}, before
   * anything is sent, for an entry that {@link list} and {@link get} would not return. {@link SdkError} with
   * `InvalidResult` when the answer has no such file, with `CapabilityNotSupported` when the server does not declare the
   * extension, and with `NotConnected` before connecting.
   */
  async read(skill: Skill, ref?: string, options?: CacheableRequestOptions): Promise<SkillFile> {
    const wanted = fileOf(skill, ref);
    this._assertSupported('resources/read');
    assertWithinLimits(skill, this._limits);
    const result = await this._client.readResource({ uri: wanted.uri }, options);
    try {
      return await this._checked(skill, wanted, result);
    } catch (error) {
      if (!isServedAgain(result)) throw error;
      const fresh = await this._client.readResource({ uri: wanted.uri }, { ...options, cacheMode: 'refresh' });
      return this._checked(skill, wanted, fresh);
    }
  }

  /**
   * Lists the direct children of a directory, from all pages: what the server has now, and no part of what a user approved
   * (Skills, Directory Reads and the Held Entry). Directories among them have the media type `inode/directory`.
   * @throws {SdkError} with `CapabilityNotSupported` when the server does not declare `directoryRead`, with
   * `ListPaginationExceeded` past `listMaxPages` pages, with `NotConnected` before connecting; {@link ProtocolError} when
   * there is no such directory.
   */
  async readDirectory(uri: string, options?: RequestOptions): Promise<{ resources: DirectoryResource[] } & Freshness> {
    const method = RESOURCES_DIRECTORY_READ_METHOD;
    this._assertConnected(method);
    if (!this.directoryRead) throw notDeclared(method, 'directoryRead');
    const pages = await this._walk(method, { uri }, directoryPage, options);
    return { resources: pages.flatMap(page => page.resources), ...freshnessOf(pages[0]) };
  }

  private get _declared(): SkillsCapability | undefined {
    const capabilities = this._client.getServerCapabilities();
    const isStrict = optionsOf(this._client).enforceStrictCapabilities === true;
    return isStrict && capabilities?.resources === undefined ? undefined : skillsCapabilityOf(capabilities);
  }

  private _assertConnected(method: string): void {
    if (this._client.transport !== undefined) return;
    throw notConnected(method);
  }

  private _assertSupported(method: string): void {
    this._assertConnected(method);
    if (!this.supported) throw notDeclared(method);
  }

  private _request<T>(
    method: string,
    params: object,
    schema: StandardSchemaV1<unknown, T>,
    options: RequestOptions | undefined
  ): Promise<T> {
    // What asks for input is none of these results.
    const complete = options === undefined ? undefined : { ...options, allowInputRequired: false };
    return this._client.request({ method, params }, schema, complete);
  }

  private _walk<Page extends { nextCursor?: string }>(
    method: string,
    params: object,
    page: StandardSchemaV1<unknown, Page>,
    options: RequestOptions | undefined
  ): Promise<[Page, ...Page[]]> {
    const { listMaxPages = DEFAULT_LIST_MAX_PAGES } = optionsOf(this._client);
    return allPages(method, listMaxPages, cursor =>
      this._request(method, cursor === undefined ? params : { ...params, cursor }, page, options)
    );
  }

  private async _checked(
    skill: Skill,
    { uri, isManifest, entry }: Wanted,
    result: ReadResourceResult
  ): Promise<SkillFile> {
    const content = contentOf(result, uri);
    if (entry === undefined) this._count(skill, uri, content.bytes.length);
    else await assertIntact(entry, content.bytes);
    const parse = this._options.parseFrontmatter;
    const manifest = isManifest ? await readManifest(uri, skill.frontmatter, content, parse) : undefined;
    return { uri, ...content, verified: entry !== undefined, ...manifest };
  }

  /** The limit of a `"dynamic"` skill is on what is read of it (Skills, Limits). */
  private _count(skill: Skill, uri: string, size: number): void {
    const sizes = this._read.get(skill) ?? new Map<string, number>();
    this._read.set(skill, sizes);
    const others = [...sizes].reduce((sum, [other, bytes]) => (other === uri ? sum : sum + bytes), 0);
    const { bytes } = this._limits;
    if (others + size > bytes) throw tooLarge(skill.uri, uri, `${others + size} bytes so far`, `${bytes} bytes`);
    sizes.set(uri, size);
  }
}

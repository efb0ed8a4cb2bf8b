// The entry of the Skills extension (SEP-2640): its names, limits and schemas.
// https://github.com/modelcontextprotocol/ext-skills/blob/main/specification/stable/skills.mdx
import * as z from 'zod/mini';
import { type PaginatedRequestParams, paginatedResultShape, requestShape, resultShape } from '../model/common.js';
import { resourceShape } from '../model/resources.js';
import { isJsonObject } from '../jsonObject.js';
import { int, open, optional } from '../model/schemaParts.js';

/** The key under which a server declares the extension in `capabilities.extensions` (Skills, Extension Identifier). */
export const SKILLS_EXTENSION_ID = 'io.modelcontextprotocol/skills';
/** The method that lists the skills of a server (Skills, Listing Skills). */
export const SKILLS_LIST_METHOD = 'skills/list';
/** The method that gives one skill by the URI of its `SKILL.md`, be it listed or not (Skills, Getting a Skill). */
export const SKILLS_GET_METHOD = 'skills/get';
/** The method that lists the children of a directory, where `directoryRead` is declared (Skills, Reading Directories). */
export const RESOURCES_DIRECTORY_READ_METHOD = 'resources/directory/read';
/** The `mimeType` by which a resource is known to be a directory (Skills, Directory Resources). */
export const DIRECTORY_MIME_TYPE = 'inode/directory';

/**
 * How large a skill every host has to accept: the number of its files, and the sum of their sizes in bytes. Servers
 * should publish none that is larger (Skills, Limits).
 */
export const SKILL_LIMITS: Readonly<{ files: number; bytes: number }> = /* @__PURE__ */ Object.freeze({
  files: 512,
  bytes: 16_777_216
});

/** A digest: `sha256:`, and 64 hexadecimal digits in lower case (Skills, Integrity and Verification). */
export const SKILL_DIGEST_PATTERN = /^sha256:[\da-f]{64}$/;

/** The digest of a file, in the form of {@link SKILL_DIGEST_PATTERN}. */
export const SkillDigestSchema = z
  .string()
  .check(
    z.refine(digest => SKILL_DIGEST_PATTERN.test(digest), 'expected sha256: and 64 hexadecimal digits in lower case')
  );

const byteCount = int.check(z.refine(count => count >= 0, 'expected 0 or more'));

/** A file of a skill. `digest` is of its bytes as they are, and `size` counts them (Skills, Skill Entries). */
export const SkillResourceEntrySchema = z.looseObject({
  uri: z.string(),
  digest: SkillDigestSchema,
  size: byteCount
});
/** A file of a skill: where it is, and what its content has to be. */
export interface SkillResourceEntry extends z.infer<typeof SkillResourceEntrySchema> {}

/** The frontmatter of a `SKILL.md` as JSON, with every field its author wrote (Skills, Frontmatter). */
export const SkillFrontmatterSchema = z.looseObject({ name: z.string(), description: z.string() });
/** The frontmatter of a `SKILL.md`. */
export interface SkillFrontmatter extends z.infer<typeof SkillFrontmatterSchema> {}

/** The files of a skill, all of them; or `"dynamic"` where content is made on demand (Skills, Resources). */
export const SkillResourcesSchema = z.union(
  [z.array(SkillResourceEntrySchema), z.literal('dynamic')],
  'expected "dynamic", or an array of { uri, digest, size }'
);
/** The files of a skill, or `"dynamic"`. */
export type SkillResources = z.infer<typeof SkillResourcesSchema>;

/**
 * What a server says about one skill; `uri` is that of its `SKILL.md` (Skills, Skill Entries). This is the shape alone:
 * that the parts agree with each other, and with the Agent Skills specification, is checked by the client.
 */
export const SkillSchema = z.looseObject({
  uri: z.string(),
  frontmatter: SkillFrontmatterSchema,
  resources: SkillResourcesSchema,
  _meta: optional.jsonObject
});
/** What a server says about one skill. */
export interface Skill extends z.infer<typeof SkillSchema> {}

/** Who may be served a result again: everyone, or those with the same credentials (2026-07-28, Caching). */
export const SkillCacheScopeSchema = z.enum(['public', 'private']);
/** Who may be served a result again. */
export type SkillCacheScope = z.infer<typeof SkillCacheScopeSchema>;

/** What results of 2026-07-28 say about how long they hold; `ttlMs` is in milliseconds (2026-07-28, Caching). */
const cacheableShape = { ttlMs: byteCount, cacheScope: SkillCacheScopeSchema };

export {
  /** The params of `skills/list` (Skills, Listing Skills). */
  PaginatedRequestParamsSchema as ListSkillsRequestParamsSchema
} from '../model/common.js';
/** The params of `skills/list`. */
export interface ListSkillsRequestParams extends PaginatedRequestParams {}

/** The result of `skills/list` in 2026-07-28 (Skills, Listing Skills). */
export const ListSkillsResultSchema = z.looseObject({
  ...paginatedResultShape,
  ...cacheableShape,
  skills: z.array(SkillSchema)
});
/** The result of `skills/list`: a page of skills. */
export interface ListSkillsResult extends z.infer<typeof ListSkillsResultSchema> {}

/** The params of `skills/get`; `uri` is that of a `SKILL.md` (Skills, Getting a Skill). */
export const GetSkillRequestParamsSchema = open({ ...requestShape, uri: z.string() });
/** The params of `skills/get`. */
export interface GetSkillRequestParams extends z.infer<typeof GetSkillRequestParamsSchema> {}

/** The result of `skills/get` in 2026-07-28 (Skills, Getting a Skill). */
export const GetSkillResultSchema = z.looseObject({ ...resultShape, ...cacheableShape, skill: SkillSchema });
/** The result of `skills/get`. */
export interface GetSkillResult extends z.infer<typeof GetSkillResultSchema> {}

/** A child of a directory: a resource, {@link DIRECTORY_MIME_TYPE} when it is one itself (Skills, Reading Directories). */
export const DirectoryResourceSchema = z.looseObject(resourceShape);
/** A child of a directory. */
export interface DirectoryResource extends z.infer<typeof DirectoryResourceSchema> {}

/** The params of `resources/directory/read`; `uri` is that of the directory (Skills, Reading Directories). */
export const ReadResourceDirectoryRequestParamsSchema = open({
  ...requestShape,
  cursor: optional.string,
  uri: z.string()
});
/** The params of `resources/directory/read`. */
export interface ReadResourceDirectoryRequestParams extends z.infer<typeof ReadResourceDirectoryRequestParamsSchema> {}

/** The result of `resources/directory/read` in 2026-07-28 (Skills, Reading Directories). */
export const ReadResourceDirectoryResultSchema = z.looseObject({
  ...paginatedResultShape,
  ...cacheableShape,
  resources: z.array(DirectoryResourceSchema)
});
/** The result of `resources/directory/read`: a page of the children of a directory. */
export interface ReadResourceDirectoryResult extends z.infer<typeof ReadResourceDirectoryResultSchema> {}

/** What a server declares under {@link SKILLS_EXTENSION_ID} (Skills, Capability Negotiation). */
export const SkillsCapabilitySchema = z.looseObject({ directoryRead: optional.boolean });
/** What a server declares of the extension: `directoryRead` is whether it answers `resources/directory/read`. */
export interface SkillsCapability extends z.infer<typeof SkillsCapabilitySchema> {}

/** The capabilities of a peer, as far as extensions are concerned. */
export interface CapabilitiesWithExtensions {
  extensions?: Record<string, unknown>;
}

/**
 * Reads what a server declares of the extension. Never throws.
 * @param capabilities the server's, as they came
 * @returns the declaration, as it was received; undefined when there is none, or something that is no such declaration
 * @see MCP extension `io.modelcontextprotocol/skills`, Capability Negotiation
 */
export function skillsCapabilityOf(capabilities: CapabilitiesWithExtensions | undefined): SkillsCapability | undefined {
  const extensions: unknown = capabilities?.extensions;
  if (!isJsonObject(extensions) || !Object.hasOwn(extensions, SKILLS_EXTENSION_ID)) return undefined;
  const declared = extensions[SKILLS_EXTENSION_ID];
  return SkillsCapabilitySchema.safeParse(declared).success ? (declared as SkillsCapability) : undefined;
}

// The entry of the Skills extension (SEP-2640), for hosts.
export {
  DIRECTORY_MIME_TYPE,
  RESOURCES_DIRECTORY_READ_METHOD,
  SKILL_LIMITS,
  SKILLS_EXTENSION_ID,
  SKILLS_GET_METHOD,
  SKILLS_LIST_METHOD,
  type DirectoryResource,
  type GetSkillResult,
  type ListSkillsResult,
  type ReadResourceDirectoryResult,
  type Skill,
  type SkillCacheScope,
  type SkillFrontmatter,
  type SkillResourceEntry,
  type SkillResources,
  type SkillsCapability
} from '@scopeful/core/ext/skills';
export type { InvalidSkillEntry } from './skills/entry.js';
export { SkillVerificationError, type SkillVerificationReason } from './skills/errors.js';
export type { SkillFile } from './skills/file.js';
export { SkillsClient, type SkillListing, type SkillsClientOptions } from './skills/skillsClient.js';

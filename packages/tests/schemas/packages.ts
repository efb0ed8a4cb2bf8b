import * as officialClient from '@modelcontextprotocol/client';
import * as officialSkills from '@modelcontextprotocol/core/ext/skills';
import * as officialCore from '@modelcontextprotocol/core/internal';
import * as client from '@scopeful/client';
import * as skills from '@scopeful/core/ext/skills';
import * as core from '@scopeful/core/internal';
import type * as z from 'zod';

type Guard = (value: unknown) => boolean;

/** What a package has to tell whether a value is of a type. */
export interface Schemas {
  /** By their names: `ToolSchema`. */
  schemas: Record<string, z.ZodType>;
  /** Those of the client, by type: `Tool`. */
  specTypeSchemas: Record<string, unknown>;
  isSpecType: Record<string, Guard>;
  isInputRequiredResult: (value: unknown) => value is { inputRequests?: object };
}

function schemasOf(...modules: object[]): Record<string, z.ZodType> {
  const exports = modules.flatMap(module => Object.entries(module) as [string, z.ZodType][]);
  return Object.fromEntries(exports.filter(([name]) => name.endsWith('Schema')));
}

type OfClient = Omit<Schemas, 'schemas'>;

function ofClient({ specTypeSchemas, isSpecType, isInputRequiredResult }: OfClient): OfClient {
  return { specTypeSchemas, isSpecType, isInputRequiredResult };
}

export const ours: Schemas = { schemas: schemasOf(core, skills), ...ofClient(client) };
export const theirs: Schemas = { schemas: schemasOf(officialCore, officialSkills), ...ofClient(officialClient) };

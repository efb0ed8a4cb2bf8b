import * as z from 'zod/mini';
import { notificationShape, resultShape, taskRequestShape } from './common.js';
import { open, optional, record } from './schemaParts.js';

// Elicitation: the server asks for input of the user. https://modelcontextprotocol.io/specification/2025-11-25/schema

const fieldShape = { title: optional.string, description: optional.string };
const choices = z.array(open({ const: z.string(), title: z.string() }));
const multiSelectShape = {
  type: z.literal('array'),
  ...fieldShape,
  minItems: optional.number,
  maxItems: optional.number,
  default: optional.strings
};

export const BooleanSchemaSchema = open({ type: z.literal('boolean'), ...fieldShape, default: optional.boolean });
export interface BooleanSchema extends z.infer<typeof BooleanSchemaSchema> {}

export const StringSchemaSchema = open({
  type: z.literal('string'),
  ...fieldShape,
  minLength: optional.number,
  maxLength: optional.number,
  format: z.optional(z.enum(['email', 'uri', 'date', 'date-time'])),
  default: optional.string
});
export interface StringSchema extends z.infer<typeof StringSchemaSchema> {}

export const NumberSchemaSchema = open({
  type: z.enum(['number', 'integer']),
  ...fieldShape,
  minimum: optional.number,
  maximum: optional.number,
  default: optional.number
});
export interface NumberSchema extends z.infer<typeof NumberSchemaSchema> {}

export const UntitledSingleSelectEnumSchemaSchema = open({
  type: z.literal('string'),
  ...fieldShape,
  enum: z.array(z.string()),
  default: optional.string
});
export interface UntitledSingleSelectEnumSchema extends z.infer<typeof UntitledSingleSelectEnumSchemaSchema> {}

export const TitledSingleSelectEnumSchemaSchema = open({
  type: z.literal('string'),
  ...fieldShape,
  oneOf: choices,
  default: optional.string
});
export interface TitledSingleSelectEnumSchema extends z.infer<typeof TitledSingleSelectEnumSchemaSchema> {}

export const SingleSelectEnumSchemaSchema = z.union([
  UntitledSingleSelectEnumSchemaSchema,
  TitledSingleSelectEnumSchemaSchema
]);
export type SingleSelectEnumSchema = z.infer<typeof SingleSelectEnumSchemaSchema>;

export const UntitledMultiSelectEnumSchemaSchema = open({
  ...multiSelectShape,
  items: open({ type: z.literal('string'), enum: z.array(z.string()) })
});
export interface UntitledMultiSelectEnumSchema extends z.infer<typeof UntitledMultiSelectEnumSchemaSchema> {}

export const TitledMultiSelectEnumSchemaSchema = open({ ...multiSelectShape, items: open({ anyOf: choices }) });
export interface TitledMultiSelectEnumSchema extends z.infer<typeof TitledMultiSelectEnumSchemaSchema> {}

export const MultiSelectEnumSchemaSchema = z.union([
  UntitledMultiSelectEnumSchemaSchema,
  TitledMultiSelectEnumSchemaSchema
]);
export type MultiSelectEnumSchema = z.infer<typeof MultiSelectEnumSchemaSchema>;

/** `enumNames` titles the values of `enum`, as JSON Schema never did. */
export const LegacyTitledEnumSchemaSchema = open({
  type: z.literal('string'),
  ...fieldShape,
  enum: z.array(z.string()),
  enumNames: optional.strings,
  default: optional.string
});
export interface LegacyTitledEnumSchema extends z.infer<typeof LegacyTitledEnumSchemaSchema> {}

export const EnumSchemaSchema = z.union([
  LegacyTitledEnumSchemaSchema,
  SingleSelectEnumSchemaSchema,
  MultiSelectEnumSchemaSchema
]);
export type EnumSchema = z.infer<typeof EnumSchemaSchema>;

export const PrimitiveSchemaDefinitionSchema = z.union([
  EnumSchemaSchema,
  BooleanSchemaSchema,
  StringSchemaSchema,
  NumberSchemaSchema
]);
export type PrimitiveSchemaDefinition = z.infer<typeof PrimitiveSchemaDefinitionSchema>;

/** Asks the user to fill in a flat form. */
export const ElicitRequestFormParamsSchema = open({
  ...taskRequestShape,
  mode: z.optional(z.literal('form')),
  message: z.string(),
  requestedSchema: z.looseObject({
    type: z.literal('object'),
    properties: record(PrimitiveSchemaDefinitionSchema),
    required: optional.strings
  })
});
export interface ElicitRequestFormParams extends z.infer<typeof ElicitRequestFormParamsSchema> {}

const url = z.custom<string>(value => typeof value === 'string' && URL.canParse(value), 'expected URL');

/** Asks the user to visit a URL. */
export const ElicitRequestURLParamsSchema = open({
  ...taskRequestShape,
  mode: z.literal('url'),
  message: z.string(),
  elicitationId: z.string(),
  url
});
export interface ElicitRequestURLParams extends z.infer<typeof ElicitRequestURLParamsSchema> {}

export const ElicitRequestParamsSchema = z.union([ElicitRequestFormParamsSchema, ElicitRequestURLParamsSchema]);
export type ElicitRequestParams = ElicitRequestFormParams | ElicitRequestURLParams;

export const ElicitRequestSchema = open({
  method: z.literal('elicitation/create'),
  params: ElicitRequestParamsSchema
});
export interface ElicitRequest extends z.infer<typeof ElicitRequestSchema> {}

/** The same from a server of any revision: 2026-07-28 knows no `elicitationId`. */
export const AnyElicitRequestSchema = open({
  method: z.literal('elicitation/create'),
  params: z.union([
    ElicitRequestFormParamsSchema,
    open({ ...taskRequestShape, mode: z.literal('url'), message: z.string(), url })
  ])
});

export const ElicitResultSchema = z.looseObject({
  ...resultShape,
  action: z.enum(['accept', 'decline', 'cancel']),
  content: z.optional(record(z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])))
});
export interface ElicitResult extends z.infer<typeof ElicitResultSchema> {}

export const ElicitationCompleteNotificationParamsSchema = open({ ...notificationShape, elicitationId: z.string() });
export interface ElicitationCompleteNotificationParams extends z.infer<
  typeof ElicitationCompleteNotificationParamsSchema
> {}

export const ElicitationCompleteNotificationSchema = open({
  method: z.literal('notifications/elicitation/complete'),
  params: ElicitationCompleteNotificationParamsSchema
});
export interface ElicitationCompleteNotification extends z.infer<typeof ElicitationCompleteNotificationSchema> {}

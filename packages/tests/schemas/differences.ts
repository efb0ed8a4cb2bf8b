/** Values that the official schemas judge otherwise than ours, and are meant to. */
export interface IntendedDifference {
  why: string;
  /** One such value. Whether ours is the one to accept it says which way the difference goes. */
  example: { schema: string; value: unknown; weAccept: boolean };
  /**
   * What the official schema has to look at to judge as ours does: the very value, except for what the difference is
   * about.
   */
  instead(value: unknown, schema: string): unknown;
}

type Members = Record<string, unknown>;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value with each object in it changed, the innermost first. */
function everyObject(value: unknown, change: (members: Members) => Members): unknown {
  if (Array.isArray(value)) return value.map(each => everyObject(each, change));
  if (!isObject(value)) return value;
  return change(Object.fromEntries(Object.entries(value).map(([name, part]) => [name, everyObject(part, change)])));
}

/** The object with some of its members changed, if it has them. */
function withParts(members: Members, names: string[], change: (part: unknown) => unknown): Members {
  const found = names.filter(name => members[name] !== undefined);
  return { ...members, ...Object.fromEntries(found.map(name => [name, change(members[name])])) };
}

/** Another string for any string. */
const ifString = (other: string) => (part: unknown) => (typeof part === 'string' ? other : part);

/** What is left of a value on its way over the wire; but extensions declared as undefined stay what is no declaration. */
function serialized(value: unknown): unknown {
  const declared = (part: unknown): unknown =>
    isObject(part) ? Object.fromEntries(Object.entries(part).map(([name, each]) => [name, each ?? null])) : part;
  const whole = everyObject(value, members => withParts(members, ['experimental', 'extensions'], declared));
  return whole === undefined ? undefined : (JSON.parse(JSON.stringify(whole)) as unknown);
}

/** Nothing is accepted in place of this. */
const REFUSED = Symbol('refused');

const IMAGE = { type: 'image', mimeType: 'image/png' };
const TOKENS = { access_token: 'a', token_type: 'Bearer' };
const URL_ELICITATION = { mode: 'url', message: 'Pay', elicitationId: '1' };

export const intendedDifferences: IntendedDifference[] = [
  {
    why: 'base64 is not looked through: it can be megabytes, the specification only names the format, and whoever decodes it finds out',
    example: { schema: 'ImageContentSchema', value: { ...IMAGE, data: '%' }, weAccept: true },
    instead: value =>
      everyObject(value, members => {
        const isMedia = members['type'] === 'image' || members['type'] === 'audio';
        return withParts(members, isMedia ? ['data', 'blob'] : ['blob'], ifString(''));
      })
  },
  {
    why: 'lastModified SHOULD be ISO 8601, says the specification, as a date alone is too: no list is lost because of it',
    example: { schema: 'AnnotationsSchema', value: { lastModified: '2026-01-31' }, weAccept: true },
    instead: value =>
      everyObject(value, members => withParts(members, ['lastModified'], ifString('2026-01-31T00:00:00Z')))
  },
  {
    why: 'the specification leaves _meta of a notification open: progressToken belongs to a request, and so does its form',
    example: {
      schema: 'NotificationSchema',
      value: { method: 'a', params: { _meta: { progressToken: [] } } },
      weAccept: true
    },
    instead(value, schema) {
      if (!/Notification/.test(schema) && schema !== 'JSONRPCMessageSchema') return value;
      return /ParamsSchema$/.test(schema) ? withOpenMeta(value) : withOpenParams(value);
    }
  },
  {
    why: 'an empty result may have any members, says the specification, and from 2026-07-28 on it has resultType',
    example: { schema: 'EmptyResultSchema', value: { resultType: 'complete' }, weAccept: true },
    instead(value, schema) {
      const isUnionWithIt = schema === 'ClientResultSchema' || schema === 'ServerResultSchema';
      if (!isObject(value) || (schema !== 'EmptyResultSchema' && !isUnionWithIt)) return value;
      return '_meta' in value ? { _meta: value['_meta'] } : {};
    }
  },
  {
    why: 'capabilities, metadata and schemas of tools are JSON if they came over the wire, so they are not searched for NaN and undefined',
    example: { schema: 'ServerCapabilitiesSchema', value: { extensions: { a: { b: Number.NaN } } }, weAccept: true },
    instead(value, schema) {
      if (/Capabilit(?:y|ies)Schema$/.test(schema)) return serialized(value);
      return everyObject(value, members => withParts(members, ['capabilities', 'metadata', 'inputSchema'], serialized));
    }
  },
  {
    why: 'the specification requires content, and schemas fill nothing in: for the result of a tool, the client does that before',
    example: { schema: 'CallToolResultSchema', value: { structuredContent: {} }, weAccept: false },
    instead(value, schema) {
      const without = everyObject(value, members =>
        members['type'] === 'tool_result' ? withoutDefault(members) : members
      );
      const isResult = schema === 'CallToolResultSchema' || schema === 'CompatibilityCallToolResultSchema';
      return isResult && isObject(without) ? withoutDefault(without) : without;
    }
  },
  {
    why: 'arguments of prompts and references to prompts have a title in the specification, which is a string: the official schemas do not know it',
    example: { schema: 'PromptArgumentSchema', value: { name: 'a', title: 1 }, weAccept: false },
    instead(value, schema) {
      const whole = everyObject(value, members => {
        if (members['type'] === 'ref/prompt') return withTitle(members);
        return withParts(members, ['arguments'], part => (Array.isArray(part) ? part.map(withTitle) : part));
      });
      return schema === 'PromptArgumentSchema' ? withTitle(whole) : whole;
    }
  },
  {
    why: 'null is no content of an answer to an elicitation: the official schema turns it into none, and here the client does that before',
    example: { schema: 'ElicitResultSchema', value: { action: 'decline', content: null }, weAccept: false },
    instead: (value, schema) =>
      schema === 'ElicitResultSchema' && isObject(value)
        ? withParts(value, ['content'], part => (part === null ? REFUSED : part))
        : value
  },
  {
    why: 'expires_in is a number: the official schema makes one of anything, null too; ours leaves the digits that some servers send to what reads the response',
    example: { schema: 'OAuthTokensSchema', value: { ...TOKENS, expires_in: null }, weAccept: false },
    instead(value, schema) {
      if (schema !== 'OAuthTokensSchema' || !isObject(value)) return value;
      const { expires_in } = value;
      return expires_in === undefined || typeof expires_in === 'number' ? value : REFUSED;
    }
  },
  {
    why: 'issuer binds what is stored to a server: one that is no string is refused, where the official schema takes it for absent',
    example: { schema: 'OAuthTokensSchema', value: { ...TOKENS, issuer: 1 }, weAccept: false },
    instead(value, schema) {
      if (!/^OAuth(?:Tokens|ClientInformation)/.test(schema) || !isObject(value)) return value;
      const { issuer } = value;
      return issuer === undefined || typeof issuer === 'string' ? value : REFUSED;
    }
  },
  {
    why: 'a URL is returned as it was received, so it has to be one as it is: the official schema trims more than new URL() does',
    example: {
      schema: 'ElicitRequestURLParamsSchema',
      value: { ...URL_ELICITATION, url: '\u00A0https://example.com' },
      weAccept: false
    },
    instead: value => everyString(value, text => (URL.canParse(text) === URL.canParse(text.trim()) ? text : 'no URL'))
  },
  {
    why: 'a member called __proto__ is JSON or not like any other, where zod passes it over',
    example: { schema: 'JSONObjectSchema', value: JSON.parse('{ "__proto__": 1e999 }'), weAccept: false },
    instead: (value, schema) =>
      /^JSON(?:Value|Object|Array)Schema$/.test(schema) ? everyObject(value, withPlainNames) : value
  }
];

/** What the official schema has to look at instead of a value to judge as ours does. */
export function seenByTheirs(value: unknown, schema: string): unknown {
  return intendedDifferences.reduce((each, difference) => difference.instead(each, schema), value);
}

function withOpenParams(message: unknown): unknown {
  // With an id it is a request, or nothing.
  if (!isObject(message) || 'id' in message) return message;
  return 'params' in message ? { ...message, params: withOpenMeta(message['params']) } : message;
}

function withOpenMeta(params: unknown): unknown {
  if (!isObject(params) || !isObject(params['_meta'])) return params;
  return { ...params, _meta: {} };
}

function withoutDefault(members: Members): Members {
  return members['content'] === undefined ? { ...members, content: REFUSED } : members;
}

function withTitle<Value>(value: Value): Value {
  if (!isObject(value) || value['title'] === undefined || typeof value['title'] === 'string') return value;
  return { ...value, name: REFUSED };
}

function withPlainNames(members: Members): Members {
  return Object.fromEntries(Object.entries(members).map(([name, part]) => [`_${name}`, part]));
}

function everyString(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map(each => everyString(each, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, everyString(part, change)]));
}

/** What zod leaves of a value that it accepts: all but the members called `__proto__`, for the sake of prototypes. */
export function keptByZod(value: unknown): unknown {
  return everyObject(value, members =>
    Object.fromEntries(Object.entries(members).filter(([name]) => name !== '__proto__'))
  );
}

import { BLOCKS, RESOURCE, TEXT, TEXT_CONTENTS } from './content.js';
import {
  CACHED,
  COMPLETE,
  type Examples,
  type ExamplesByType,
  notification,
  request,
  response,
  without,
  withMeta
} from './shared.js';

// What servers offer: tools, prompts, resources, completion, log messages.

const TOOL = {
  name: 'count_bottles',
  title: 'Count bottles',
  description: 'How many are left of a year',
  inputSchema: { type: 'object', properties: { year: { type: 'integer' } }, required: ['year'] },
  outputSchema: { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' },
  annotations: { readOnlyHint: true, openWorldHint: false },
  execution: { taskSupport: 'optional' }
};
const PROMPT = {
  name: 'pair',
  title: 'Pair with food',
  arguments: [{ name: 'dish', description: 'What is served', required: true }]
};
const TEMPLATE = { uriTemplate: 'cellar://notes/{id}', name: 'note', mimeType: 'text/markdown' };

const page: Examples = {
  valid: [withMeta({}), withMeta({ cursor: 'page-2' })],
  invalid: [withMeta({ cursor: 2 }), { _meta: { progressToken: 0.5 } }]
};
const callTool: Examples = {
  valid: [withMeta({ name: 'count_bottles', arguments: { year: 2019 } }), { name: 'count_bottles' }],
  invalid: [withMeta({ arguments: {} }), withMeta({ name: 'count_bottles', arguments: [2019] })]
};
const callToolResult: Examples = {
  valid: [
    { ...COMPLETE, content: BLOCKS },
    { content: [], structuredContent: [1, 2], isError: true }
  ],
  invalid: [
    { ...COMPLETE, content: TEXT },
    { ...COMPLETE, content: [], isError: 'no' }
  ]
};
const getPrompt: Examples = {
  valid: [withMeta({ name: 'pair', arguments: { dish: 'ragout' } })],
  invalid: [withMeta({ arguments: {} }), withMeta({ name: 'pair', arguments: { dish: 1 } })]
};
const getPromptResult: Examples = {
  valid: [{ ...COMPLETE, description: 'Pairing', messages: [{ role: 'user', content: TEXT }] }],
  invalid: [COMPLETE, { ...COMPLETE, messages: [{ role: 'system', content: TEXT }] }]
};
const readResource: Examples = {
  valid: [withMeta({ uri: 'cellar://notes/1' })],
  invalid: [withMeta({}), withMeta({ uri: 1 })]
};
const readResourceResult: Examples = {
  valid: [
    { ...CACHED, contents: [TEXT_CONTENTS] },
    { ...COMPLETE, contents: [] }
  ],
  invalid: [CACHED, { ...CACHED, contents: [{ uri: 'cellar://notes/1' }] }]
};
const complete: Examples = {
  valid: [
    withMeta({ ref: { type: 'ref/prompt', name: 'pair' }, argument: { name: 'dish', value: 'ra' } }),
    withMeta({
      ref: { type: 'ref/resource', uri: TEMPLATE.uriTemplate },
      argument: { name: 'id', value: '' },
      context: { arguments: { year: '2019' } }
    })
  ],
  invalid: [
    withMeta({ ref: { type: 'ref/tool', name: 'a' }, argument: { name: 'a', value: '' } }),
    withMeta({ ref: { type: 'ref/prompt', name: 'pair' }, argument: { name: 'dish' } })
  ]
};
const completeResult: Examples = {
  valid: [{ ...COMPLETE, completion: { values: ['ragout', 'raclette'], total: 12, hasMore: true } }],
  invalid: [
    { ...COMPLETE, completion: {} },
    { ...COMPLETE, completion: { values: [], total: 1.5 } }
  ]
};

const list = (name: string, item: unknown): Examples => ({
  valid: [
    { ...CACHED, [name]: [item], nextCursor: 'page-2' },
    { ...CACHED, [name]: [] }
  ],
  invalid: [CACHED, { ...CACHED, [name]: item }, { ...CACHED, [name]: [{}] }, { ...CACHED, [name]: [], nextCursor: 2 }]
});
const tools = list('tools', TOOL);
const prompts = list('prompts', PROMPT);
const resources = list('resources', RESOURCE);
const templates = list('resourceTemplates', TEMPLATE);

const logged: Examples = {
  valid: [
    { level: 'warning', logger: 'cellar', data: { temperature: 19 } },
    { level: 'debug', data: null }
  ],
  invalid: [{ level: 'loud', data: '' }, { data: '' }]
};
const updated: Examples = { valid: [{ uri: 'cellar://notes/1' }], invalid: [{}, { uri: null }] };
const nothing: Examples = { valid: [{}, { _meta: { 'com.example/why': 'delivery' } }], invalid: [[], { _meta: 1 }] };

export const server: ExamplesByType = {
  Tool: {
    valid: [TOOL, { name: 'ping', inputSchema: { type: 'object', additionalProperties: false } }],
    invalid: [
      without(TOOL, 'inputSchema'),
      { ...TOOL, inputSchema: { type: 'string' } },
      { ...TOOL, execution: { taskSupport: 'always' } }
    ]
  },
  PaginatedRequestParams: page,
  CallToolRequestParams: callTool,
  CallToolRequest: request('tools/call', callTool),
  CallToolResult: callToolResult,
  CallToolResultResponse: response(callToolResult),
  ListToolsRequest: request('tools/list', page),
  ListToolsResult: tools,
  ListToolsResultResponse: response(tools),
  ToolListChangedNotification: notification('notifications/tools/list_changed', nothing),

  GetPromptRequestParams: getPrompt,
  GetPromptRequest: request('prompts/get', getPrompt),
  GetPromptResult: getPromptResult,
  GetPromptResultResponse: response(getPromptResult),
  ListPromptsRequest: request('prompts/list', page),
  ListPromptsResult: prompts,
  ListPromptsResultResponse: response(prompts),
  PromptListChangedNotification: notification('notifications/prompts/list_changed', nothing),

  ReadResourceRequest: request('resources/read', readResource),
  ReadResourceResult: readResourceResult,
  ReadResourceResultResponse: response(readResourceResult),
  ListResourcesRequest: request('resources/list', page),
  ListResourcesResult: resources,
  ListResourcesResultResponse: response(resources),
  ListResourceTemplatesRequest: request('resources/templates/list', page),
  ListResourceTemplatesResult: templates,
  ListResourceTemplatesResultResponse: response(templates),
  ResourceListChangedNotification: notification('notifications/resources/list_changed', nothing),
  ResourceUpdatedNotificationParams: updated,
  ResourceUpdatedNotification: notification('notifications/resources/updated', updated),

  CompleteRequestParams: complete,
  CompleteRequest: request('completion/complete', complete),
  CompleteResult: completeResult,
  CompleteResultResponse: response(completeResult),

  LoggingMessageNotificationParams: logged,
  LoggingMessageNotification: notification('notifications/message', logged)
};

import { TEXT, TOOL_RESULT, TOOL_USE } from './content.js';
import { type Examples, type ExamplesByType, request, without } from './shared.js';

// What servers ask of clients: sampling, elicitation, roots.

const MESSAGE = { role: 'user', content: TEXT };
const SAMPLING = {
  messages: [MESSAGE, { role: 'assistant', content: [TOOL_USE] }, { role: 'user', content: [TOOL_RESULT] }],
  modelPreferences: { hints: [{ name: 'small' }], costPriority: 1 },
  systemPrompt: 'Be brief.',
  includeContext: 'none',
  temperature: 0.2,
  maxTokens: 200,
  stopSequences: ['\n\n'],
  metadata: { vintage: 2019 },
  tools: [{ name: 'count_bottles', inputSchema: { type: 'object' } }],
  toolChoice: { mode: 'auto' }
};
const createMessage: Examples = {
  valid: [SAMPLING, { messages: [], maxTokens: 1 }],
  invalid: [without(SAMPLING, 'maxTokens'), { ...SAMPLING, maxTokens: 0.5 }, { ...SAMPLING, messages: MESSAGE }]
};
const CREATED = { model: 'grape-1', role: 'assistant', content: TEXT, stopReason: 'endTurn' };

const field = { title: 'Year', description: 'Of the harvest' };
const choices = [
  { const: 'r', title: 'Red' },
  { const: 'w', title: 'White' }
];
const STRING = { type: 'string', ...field, minLength: 1, maxLength: 80, format: 'date', default: '2026-01-31' };
const NUMBER = { type: 'integer', ...field, minimum: 1900, maximum: 2100, default: 2019 };
const BOOLEAN = { type: 'boolean', ...field, default: false };
const SINGLE = { type: 'string', ...field, enum: ['red', 'white'], default: 'red' };
const TITLED_SINGLE = { type: 'string', ...field, oneOf: choices, default: 'r' };
const MULTI = { type: 'array', ...field, minItems: 1, maxItems: 2, items: { type: 'string', enum: ['red', 'white'] } };
const TITLED_MULTI = { type: 'array', ...field, items: { anyOf: choices }, default: ['r', 'w'] };

const FORM = {
  mode: 'form',
  message: 'Which wine?',
  requestedSchema: {
    type: 'object',
    properties: { year: NUMBER, color: TITLED_SINGLE, sure: BOOLEAN },
    required: ['year']
  }
};
const form: Examples = {
  valid: [FORM, without(FORM, 'mode')],
  invalid: [
    without(FORM, 'requestedSchema'),
    { ...FORM, requestedSchema: { type: 'object', properties: { place: { type: 'object' } } } },
    { ...FORM, message: 1 }
  ]
};
const VISIT = { mode: 'url', message: 'Pay', elicitationId: 'e-1', url: 'https://cellar.example/pay' };
const visit: Examples = { valid: [VISIT], invalid: [without(VISIT, 'url'), { ...VISIT, url: 'pay' }, FORM] };

const ROOT = { uri: 'file:///home/ada/cellar', name: 'cellar' };
const CREATE_REQUEST = { method: 'sampling/createMessage', params: SAMPLING };
const ELICIT_REQUEST = { method: 'elicitation/create', params: FORM };
const inputRequests: Examples = {
  valid: [{}, { a: ELICIT_REQUEST, b: CREATE_REQUEST, c: { method: 'roots/list' } }],
  invalid: [[], { a: { method: 'tools/list' } }, { a: { ...ELICIT_REQUEST, params: {} } }]
};

export const client: ExamplesByType = {
  SamplingMessage: {
    valid: [MESSAGE, { role: 'assistant', content: [TEXT, TOOL_USE] }],
    invalid: [without(MESSAGE, 'role'), { ...MESSAGE, content: 'hello' }]
  },
  ModelPreferences: {
    valid: [SAMPLING.modelPreferences, {}],
    invalid: [{ hints: ['small'] }, { costPriority: 1.5 }, { speedPriority: -1 }]
  },
  CreateMessageRequestParams: createMessage,
  CreateMessageRequest: request('sampling/createMessage', createMessage),
  CreateMessageResult: {
    valid: [CREATED, without(CREATED, 'stopReason')],
    invalid: [without(CREATED, 'model'), { ...CREATED, role: 'system' }, { ...CREATED, content: TOOL_USE }]
  },

  StringSchema: { valid: [STRING, { type: 'string' }], invalid: [{ ...STRING, format: 'uuid' }, { type: 'text' }] },
  NumberSchema: { valid: [NUMBER, { type: 'number' }], invalid: [{ ...NUMBER, minimum: '0' }, { type: 'float' }] },
  BooleanSchema: { valid: [BOOLEAN], invalid: [{ ...BOOLEAN, default: 'no' }, { type: 'bool' }] },
  UntitledSingleSelectEnumSchema: { valid: [SINGLE], invalid: [without(SINGLE, 'enum'), { ...SINGLE, enum: [1] }] },
  TitledSingleSelectEnumSchema: {
    valid: [TITLED_SINGLE],
    invalid: [without(TITLED_SINGLE, 'oneOf'), { ...TITLED_SINGLE, oneOf: [{ const: 'r' }] }]
  },
  UntitledMultiSelectEnumSchema: { valid: [MULTI], invalid: [TITLED_MULTI, { ...MULTI, default: 'red' }] },
  TitledMultiSelectEnumSchema: { valid: [TITLED_MULTI], invalid: [MULTI, { ...TITLED_MULTI, maxItems: '2' }] },

  ElicitRequestFormParams: form,
  ElicitRequestURLParams: visit,
  ElicitRequest: request('elicitation/create', {
    valid: [...form.valid, ...visit.valid],
    invalid: [
      { ...FORM, mode: 'voice' },
      { mode: 'url', message: 'Pay' }
    ]
  }),
  ElicitResult: {
    valid: [{ action: 'accept', content: { year: 2019, colors: ['r'], sure: true } }, { action: 'decline' }],
    invalid: [{ action: 'agree' }, { action: 'accept', content: { place: {} } }]
  },

  Root: { valid: [ROOT, without(ROOT, 'name')], invalid: [without(ROOT, 'uri'), { uri: 'https://cellar.example' }] },
  ListRootsRequest: request('roots/list', { valid: [{}, { _meta: {} }], invalid: [[], { _meta: 'no' }] }),
  ListRootsResult: { valid: [{ roots: [ROOT] }, { roots: [] }], invalid: [{}, { roots: [ROOT.uri] }] },

  InputRequests: inputRequests,
  InputRequiredResult: {
    valid: [
      { resultType: 'input_required', requestState: 's-1' },
      { resultType: 'input_required', inputRequests: inputRequests.valid[1] }
    ],
    invalid: [
      { resultType: 'complete', requestState: 's-1' },
      { resultType: 'input_required', inputRequests: inputRequests.invalid[1] }
    ]
  },
  InputResponses: {
    valid: [{}, { a: { action: 'cancel' }, b: CREATED, c: { roots: [ROOT] } }],
    invalid: ['', { a: { action: 'agree' } }, { b: without(CREATED, 'model') }]
  }
};

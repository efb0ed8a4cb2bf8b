import {
  COMPLETE,
  type Examples,
  type ExamplesByType,
  notification,
  request,
  response,
  without,
  withMeta
} from './shared.js';

// What both sides say about themselves and about messages: capabilities, progress, subscriptions, errors.

const SERVER = {
  experimental: { 'com.example/aging': { years: 3 } },
  extensions: { 'com.example/labels': {} },
  logging: {},
  completions: {},
  prompts: { listChanged: true },
  resources: { subscribe: true, listChanged: false },
  tools: { listChanged: true }
};
const CLIENT = {
  experimental: {},
  extensions: { 'com.example/labels': { formats: ['svg'] } },
  roots: { listChanged: true },
  sampling: { tools: {}, context: {} },
  elicitation: { form: {}, url: {} }
};

const DISCOVERED = { ...COMPLETE, supportedVersions: ['2026-07-28'], capabilities: SERVER, instructions: 'Ask first.' };
const discovered: Examples = {
  valid: [DISCOVERED, { ...COMPLETE, supportedVersions: [], capabilities: {} }],
  invalid: [without(DISCOVERED, 'capabilities'), { ...DISCOVERED, supportedVersions: '2026-07-28' }]
};

const progress: Examples = {
  valid: [
    { progressToken: 'p-1', progress: 0.4, total: 1, message: 'Counting' },
    { progressToken: 3, progress: 0 }
  ],
  invalid: [{ progress: 1 }, { progressToken: 'p-1', progress: '40%' }, { progressToken: 0.5, progress: 1 }]
};
const cancelled: Examples = {
  valid: [{ requestId: 7, reason: 'Too slow' }, { requestId: 'r-1' }],
  invalid: [{ requestId: null }, { requestId: 7, reason: 1 }]
};

const FILTER = { toolsListChanged: true, resourceSubscriptions: ['cellar://notes/1'] };
const listening: Examples = {
  valid: [withMeta({ notifications: FILTER }), withMeta({ notifications: {} })],
  invalid: [withMeta({}), withMeta({ notifications: { toolsListChanged: 'yes' } })]
};
const ended: Examples = {
  valid: [{ resultType: 'complete', _meta: { 'io.modelcontextprotocol/subscriptionId': 'sub-1' } }],
  invalid: [{ resultType: 'complete' }, { _meta: { 'io.modelcontextprotocol/subscriptionId': null } }]
};

/** An error, with its envelope or without. */
function error(code: number, data: unknown): Examples {
  const plain = { code, message: 'No more of that', data };
  const inEnvelope = { jsonrpc: '2.0', id: 7, error: plain };
  return {
    valid: [plain, without(plain, 'data'), inEnvelope],
    invalid: [without(plain, 'message'), { ...plain, code: String(code) }, { ...inEnvelope, id: {} }]
  };
}

export const protocol: ExamplesByType = {
  ClientCapabilities: {
    valid: [CLIENT, {}, { elicitation: {} }],
    invalid: [{ roots: true }, { sampling: { tools: true } }, { extensions: { 'com.example/labels': 1 } }]
  },
  ServerCapabilities: {
    valid: [SERVER, {}],
    invalid: [
      { ...SERVER, tools: [] },
      { ...SERVER, resources: { subscribe: 'yes' } },
      { ...SERVER, logging: true }
    ]
  },
  DiscoverRequest: request('server/discover', {
    valid: [withMeta({})],
    invalid: [{ _meta: [] }, { _meta: { progressToken: null } }]
  }),
  DiscoverResult: discovered,
  DiscoverResultResponse: response(discovered),

  ProgressNotificationParams: progress,
  ProgressNotification: notification('notifications/progress', progress),
  CancelledNotificationParams: cancelled,
  CancelledNotification: notification('notifications/cancelled', cancelled),

  SubscriptionsListenRequest: request('subscriptions/listen', listening),
  SubscriptionsAcknowledgedNotification: notification('notifications/subscriptions/acknowledged', {
    valid: [{ notifications: FILTER, _meta: { 'io.modelcontextprotocol/subscriptionId': 'sub-1' } }],
    invalid: [{}, { notifications: { resourceSubscriptions: 'all' } }]
  }),
  SubscriptionsListenResult: ended,
  SubscriptionsListenResultResponse: response(ended),

  ParseError: error(-32700, undefined),
  InvalidParamsError: error(-32602, ['year']),
  MethodNotFoundError: error(-32601, { method: 'tools/pour' }),
  InternalError: error(-32603, null),
  HeaderMismatchError: error(-32020, 'Mcp-Name'),
  MissingRequiredClientCapabilityError: error(-32021, { requiredCapabilities: { sampling: {} } }),
  UnsupportedProtocolVersionError: error(-32022, { supported: ['2026-07-28'], requested: '2020-01-01' })
};

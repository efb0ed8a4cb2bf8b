import { without, type ExamplesByType } from './shared.js';

const annotations = { audience: ['user', 'assistant'], priority: 0.8, lastModified: '2026-03-01T09:30:00Z' };

export const TEXT = { type: 'text', text: 'Two barrels left.', annotations, _meta: { 'com.example/shelf': 4 } };
const IMAGE = { type: 'image', data: 'iVBORw0KGgo=', mimeType: 'image/png' };
const AUDIO = { type: 'audio', data: 'UklGRg==', mimeType: 'audio/wav', annotations: { priority: 0 } };
export const TEXT_CONTENTS = { uri: 'cellar://notes/1', mimeType: 'text/markdown', text: '# Cellar' };
const BLOB_CONTENTS = { uri: 'cellar://labels/1', mimeType: 'image/png', blob: 'iVBORw0KGgo=' };
export const RESOURCE = {
  uri: 'cellar://notes/1',
  name: 'notes',
  title: 'Cellar notes',
  description: 'What lies where',
  mimeType: 'text/markdown',
  size: 120,
  annotations,
  icons: [{ src: 'https://cellar.example/i.svg', mimeType: 'image/svg+xml', sizes: ['any'], theme: 'dark' }]
};
const LINK = { ...RESOURCE, type: 'resource_link' };
const EMBEDDED = { type: 'resource', resource: TEXT_CONTENTS };
export const BLOCKS = [TEXT, IMAGE, AUDIO, LINK, EMBEDDED, { ...EMBEDDED, resource: BLOB_CONTENTS }];

export const TOOL_USE = { type: 'tool_use', id: 'use-1', name: 'count_bottles', input: { year: 2019 } };
export const TOOL_RESULT = {
  type: 'tool_result',
  toolUseId: 'use-1',
  content: [TEXT],
  structuredContent: { bottles: 24 },
  isError: false
};

export const content: ExamplesByType = {
  TextContent: {
    valid: [TEXT, { type: 'text', text: '' }],
    invalid: [without(TEXT, 'text'), { ...TEXT, type: 'html' }, { ...TEXT, annotations: { priority: 2 } }]
  },
  ImageContent: { valid: [IMAGE], invalid: [without(IMAGE, 'mimeType'), { ...IMAGE, data: [1, 2] }] },
  AudioContent: { valid: [AUDIO], invalid: [without(AUDIO, 'data'), { ...AUDIO, type: 'sound' }] },
  TextResourceContents: {
    valid: [TEXT_CONTENTS, without(TEXT_CONTENTS, 'mimeType')],
    invalid: [without(TEXT_CONTENTS, 'uri'), BLOB_CONTENTS]
  },
  BlobResourceContents: { valid: [BLOB_CONTENTS], invalid: [TEXT_CONTENTS, { ...BLOB_CONTENTS, mimeType: null }] },
  EmbeddedResource: {
    valid: [EMBEDDED, { ...EMBEDDED, resource: BLOB_CONTENTS }],
    invalid: [{ type: 'resource' }, { ...EMBEDDED, resource: { uri: 'cellar://notes/1' } }]
  },
  Resource: {
    valid: [RESOURCE, { uri: 'cellar://notes/2', name: 'more' }],
    invalid: [without(RESOURCE, 'name'), { ...RESOURCE, size: '120' }, { ...RESOURCE, icons: [{}] }]
  },
  ResourceLink: { valid: [LINK], invalid: [RESOURCE, without(LINK, 'uri')] },
  ToolUseContent: { valid: [TOOL_USE], invalid: [without(TOOL_USE, 'input'), { ...TOOL_USE, input: '2019' }] },
  ToolResultContent: {
    valid: [TOOL_RESULT, { ...TOOL_RESULT, content: BLOCKS }],
    invalid: [without(TOOL_RESULT, 'toolUseId'), { ...TOOL_RESULT, content: TEXT }]
  }
};

import { client } from './examples/client.js';
import { content } from './examples/content.js';
import { protocol } from './examples/protocol.js';
import { server } from './examples/server.js';
import type { ExamplesByType } from './examples/shared.js';

/** Of each type that the specification of 2026-07-28 has examples of, some of our own. */
export const examples: ExamplesByType = { ...content, ...server, ...client, ...protocol };

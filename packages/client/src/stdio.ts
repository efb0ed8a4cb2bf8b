// The entry of what needs Node.js: servers as child processes.
export { DEFAULT_INHERITED_ENV_VARS, getDefaultEnvironment } from './stdio/environment.js';
export type { StdioServerParameters } from './stdio/serverProcess.js';
export { StdioError } from './stdio/stdioError.js';
export { StdioClientTransport } from './stdio/transport.js';

// Preloaded into the conformance suite on Node 20: gives its import of `fs` what that one lacks.
import { register } from 'node:module';
import { URL } from 'node:url';

const replacement = new URL('./fsWithGlobSync.mjs', import.meta.url).href;
const hook = `export const resolve = (specifier, context, next) =>
  specifier === 'fs' && context.parentURL.includes('/@modelcontextprotocol/conformance/')
    ? { url: ${JSON.stringify(replacement)}, shortCircuit: true }
    : next(specifier, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

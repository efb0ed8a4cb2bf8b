// The part of the engine that only sessions of the modern era load.
export { modern } from './eras/modern.js';
export { type HeaderParameter, headerParameters, parameterHeaders } from './eras/modernHeaders.js';

export { SERVER_VERSION } from '../index.js';

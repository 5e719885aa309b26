// The one way to Redis for everything else: connections, keys, and a typed function for each script.
export * from './generated/index.js'; // a generated list of names
export { RedisScriptError, RedisSetupError, ScriptError, TimeoutError, UnavailableError } from './errors.js';
export type { UnavailableReason } from './errors.js';
export type { AnyScript, CallOptions, Script, ScriptRunner } from './script.js';

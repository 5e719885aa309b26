// What an error of Redis or of the connection means for a call.
import { type RedisScriptError, ScriptError, UnavailableError, type UnavailableReason } from '../errors.js';

export type Failure =
  /** The script was not there; nothing ran. */
  | { kind: 'reload' }
  /** Nobody can be served by this primary now. `mayHaveRun`: the call itself may have been executed. */
  | { kind: 'pause'; reason: UnavailableReason; mayHaveRun: boolean }
  /** Keys of this slot are served elsewhere (`ask`: for this once), or are moving; nothing ran. */
  | { kind: 'elsewhere'; ask?: string }
  /** Repeating does not help, or not soon enough. */
  | { kind: 'final'; error: (script: string) => RedisScriptError };

const PAUSES: Record<string, UnavailableReason> = {
  LOADING: 'loading',
  MASTERDOWN: 'loading',
  BUSY: 'busy',
  READONLY: 'readonly',
  CLUSTERDOWN: 'cluster',
};

const REFUSALS: Record<string, UnavailableReason> = {
  OOM: 'memory',
  MISCONF: 'disk',
  NOREPLICAS: 'replicas',
  NOAUTH: 'credentials',
  WRONGPASS: 'credentials',
  NOPERM: 'credentials',
};

export function failureOf(error: Error): Failure {
  if (!isReply(error)) return { kind: 'pause', reason: 'connection', mayHaveRun: true };
  const [code = '', , target] = error.message.split(' ', 3);
  if (code === 'NOSCRIPT') return { kind: 'reload' };
  if (code === 'MOVED' || code === 'TRYAGAIN') return { kind: 'elsewhere' };
  if (code === 'ASK' && target) return { kind: 'elsewhere', ask: target };
  const pause = PAUSES[code];
  if (pause) return { kind: 'pause', reason: pause, mayHaveRun: false };
  const refusal = REFUSALS[code];
  if (refusal) return { kind: 'final', error: (script) => new UnavailableError(script, refusal, error) };
  return { kind: 'final', error: (script) => new ScriptError(script, error.message, error) };
}

/** Why nothing can be done at all while this error lasts. */
export function reasonOf(error: Error): UnavailableReason {
  if (!isReply(error)) return 'connection';
  const [code = ''] = error.message.split(' ', 1);
  return PAUSES[code] ?? REFUSALS[code] ?? 'connection';
}

/** Redis said it; everything else is trouble on the way. */
function isReply(error: Error): boolean {
  return error.name === 'ReplyError';
}

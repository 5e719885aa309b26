import type { RetryOptions } from './connection/backoff.js';
import { FanfareError } from './fanfare-error.js';
import { defaultStorage, memoryStorage, type PositionStorage } from './positions/position-storage.js';
import { baseUrl, ownWebSocket, type WebSocketConstructor } from './surroundings.js';
import type { TokenFunction } from './tokens/token-source.js';

export interface FanfareOptions {
  /** The gateway's address, ws(s) or http(s), with or without `/v1/connect`: the `url` that comes with a token. */
  readonly url: string;
  /** Gives a user's token, a fresh one each time; asked at each connection and before the last one ends. */
  readonly token: TokenFunction;
  /** A name for this installation or browser: with it the server remembers delivery cursors. */
  readonly device?: string;
  /** Where positions are kept; default: localStorage, or memory where there is none. `null`: nowhere. */
  readonly storage?: PositionStorage | null;
  /** Default: the global one, which Node has from version 22 on. */
  readonly WebSocket?: WebSocketConstructor;
  readonly retry?: RetryOptions;
}

export interface CheckedOptions extends FanfareOptions {
  readonly storage: PositionStorage;
  readonly WebSocket: WebSocketConstructor;
}

const CONNECT_PATH = '/v1/connect';

/** @throws FanfareError bad_option, no_websocket */
export function checkOptions(options: FanfareOptions): CheckedOptions {
  const { token, storage = defaultStorage(), WebSocket = ownWebSocket() } = options;
  if (typeof token !== 'function') throw new FanfareError('bad_option', 'token must be a function that gives a token');
  if (!WebSocket) {
    const advice =
      'install the package `ws` and pass its class: new Fanfare({ WebSocket, … }), or use Node 22 or newer';
    throw new FanfareError('no_websocket', `there is no WebSocket here: ${advice}`);
  }
  return { ...options, url: connectUrl(options.url), storage: storage ?? memoryStorage(), WebSocket };
}

/** @throws FanfareError bad_option */
export function connectUrl(text: string): string {
  try {
    const url = new URL(text, baseUrl());
    url.protocol = url.protocol.replace(/^http/, 'ws');
    if (!/^wss?:$/.test(url.protocol)) throw new Error(url.protocol);
    const path = url.pathname.replace(/\/+$/, '');
    url.pathname = path.endsWith(CONNECT_PATH) ? path : path + CONNECT_PATH;
    url.hash = '';
    return url.href;
  } catch (cause) {
    const message = `url is ${JSON.stringify(text)}; it must be the gateway's address, like wss://push.example.com`;
    throw new FanfareError('bad_option', message, { cause });
  }
}

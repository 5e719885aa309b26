import { WebSocket } from '@fanfare/testing';
import { checkOptions, connectUrl } from './fanfare-options.js';
import { FanfareError } from './fanfare-error.js';

test.each([
  ['ws://127.0.0.1:3001', 'ws://127.0.0.1:3001/v1/connect'],
  ['ws://127.0.0.1:3001/v1/connect', 'ws://127.0.0.1:3001/v1/connect'],
  ['https://push.example.com/', 'wss://push.example.com/v1/connect'],
  ['http://push.example.com/v1/connect/', 'ws://push.example.com/v1/connect'],
  ['wss://example.com/push?x=1#y', 'wss://example.com/push/v1/connect?x=1'],
])('%s means %s', (url, meant) => expect(connectUrl(url)).toBe(meant));

test.each(['', 'push.example.com', 'ftp://example.com', '/v1/connect'])('%j is no address of a gateway', (url) => {
  expect(() => connectUrl(url)).toThrow(/it must be the gateway's address/);
});

test('where there is no WebSocket, the error says where to take one from', () => {
  const property = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');
  Object.defineProperty(globalThis, 'WebSocket', { value: undefined, configurable: true });
  try {
    const make = (): unknown => checkOptions({ url: 'ws://gateway', token: () => 't' });
    expect(make).toThrow(FanfareError);
    expect(make).toThrow(/no WebSocket here: install the package `ws`/);
    expect(checkOptions({ url: 'ws://gateway', token: () => 't', WebSocket }).WebSocket).toBe(WebSocket);
  } finally {
    if (property) Object.defineProperty(globalThis, 'WebSocket', property);
    else Reflect.deleteProperty(globalThis, 'WebSocket');
  }
});

test('a token that is no function is refused', () => {
  const options = { url: 'ws://gateway', token: 'eyJ' as unknown as () => string, WebSocket };
  expect(() => checkOptions(options)).toThrow(/token must be a function/);
});

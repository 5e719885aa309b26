import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { closeCodes } from '@fanfare/contracts';
import fc from 'fast-check';
import type { WebSocket } from 'ws';
import { WebSocketConnection } from './web-socket-connection.js';

function opened() {
  const socket = Object.assign(new EventEmitter(), {
    ...{ writable: true, writableLength: 0, writableNeedDrain: false, destroyed: false },
    write: jest.fn(),
  });
  const webSocket = { readyState: 1, OPEN: 1, close: jest.fn<void, [number, string]>() };
  const request = { socket, headers: { authorization: 'Bearer t' } };
  const connection = new WebSocketConnection(webSocket as unknown as WebSocket, request as unknown as IncomingMessage);
  return { connection, socket, webSocket };
}

test('what was sent goes out before the close', () => {
  const { connection, socket, webSocket } = opened();
  connection.send(Buffer.from('last'));
  connection.close(closeCodes.restarting, 'the gateway stops');
  expect(socket.write).toHaveBeenCalledWith(Buffer.from('last'), expect.any(Function));
  expect(webSocket.close).toHaveBeenCalledWith(1012, 'the gateway stops');
  expect(socket.write.mock.invocationCallOrder[0]).toBeLessThan(webSocket.close.mock.invocationCallOrder[0] ?? 0);
});

test('a connection that was closed is neither written to nor closed again', async () => {
  const { connection, socket, webSocket } = opened();
  webSocket.close.mockImplementation(() => void (webSocket.readyState = 2));
  connection.close(closeCodes.restarting, 'the gateway stops');
  connection.send(Buffer.from('late'));
  connection.close(closeCodes.restarting, 'again');
  await new Promise((resolve) => setImmediate(resolve));
  expect([socket.write.mock.calls.length, webSocket.close.mock.calls.length, connection.pendingBytes]).toEqual([
    0, 1, 0,
  ]);
});

test('whatever the reason of a close, it fits into a control frame', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 100, maxLength: 200 }), (reason) => {
      const { connection, webSocket } = opened();
      connection.close(closeCodes.tooSlow, reason);
      const [, sent = ''] = webSocket.close.mock.calls[0] ?? [];
      expect(Buffer.byteLength(sent)).toBeLessThanOrEqual(123);
      expect(reason.startsWith(sent)).toBe(true);
    }),
  );
});

test('whoever waits for the peer to take what was sent goes on at drain, or at the end', async () => {
  const { connection, socket } = opened();
  await connection.drained();
  for (const event of ['drain', 'close']) {
    socket.writableNeedDrain = true;
    const drained = connection.drained();
    await Promise.resolve();
    socket.emit(event);
    await drained;
    expect([socket.listenerCount('drain'), socket.listenerCount('close')]).toEqual([0, 0]);
  }
});

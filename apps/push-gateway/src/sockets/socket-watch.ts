/**
 * Tells who writes to a socket past Node's stream of the two things that would make that wrong: that Node closes the socket,
 * whose number may be another one's from then on, and that the stream holds back what was written to it, by whomever.
 * They are told as it happens; the events of the stream come later.
 *
 * It stands in the methods that a stream is made of (https://nodejs.org/api/stream.html, "API for stream implementers"),
 * through which all writes to a socket and every end of it go; socket-watch.spec.ts holds Node to that.
 */
import { Socket } from 'node:net';

export interface Watcher {
  onStreamWaits(): void;
  onClosing(): void;
}

type Done = (error?: Error | null) => void;

interface Implementation {
  _destroy(this: Socket, error: Error | null, done: Done): void;
  _write(this: Socket, chunk: unknown, encoding: BufferEncoding, done: Done): void;
  _writev(this: Socket, chunks: unknown, done: Done): void;
}

const WATCHER = Symbol('watcher');
const plain = Socket.prototype as unknown as Implementation;

interface Watched extends Implementation {
  [WATCHER]: Watcher;
}

/** For as long as the socket lasts. */
export function watchSocket(socket: Socket, watcher: Watcher): void {
  Object.assign(socket, { [WATCHER]: watcher, _destroy: destroy, _write: write, _writev: writeAll });
  noteWaiting(socket);
}

function noteWaiting(socket: Socket): void {
  if (socket.writableLength > 0) watcherOf(socket).onStreamWaits();
}

const watcherOf = (socket: Socket): Watcher => (socket as unknown as Watched)[WATCHER];

function destroy(this: Socket, error: Error | null, done: Done): void {
  watcherOf(this).onClosing();
  plain._destroy.call(this, error, done);
}

function write(this: Socket, chunk: unknown, encoding: BufferEncoding, done: Done): void {
  plain._write.call(this, chunk, encoding, done);
  noteWaiting(this);
}

function writeAll(this: Socket, chunks: unknown, done: Done): void {
  plain._writev.call(this, chunks, done);
  noteWaiting(this);
}

// Ends a TCP connection with a reset, at once. Node's own `resetAndDestroy` first ends the stream in order; where an error
// destroys the socket meanwhile, libuv refuses the reset of a socket that is being shut down (UV_EINVAL), the handle is
// never closed, and the process spins for ever when it ends (Node 20).
import type { Socket } from 'node:net';

export function reset(socket: Socket): void {
  const isBeingShut = socket.writableEnded && !socket.writableFinished;
  // What `resetAndDestroy` sets; a Node that does not know it closes in order.
  if (!isBeingShut) (socket as Socket & { resetAndClosing?: boolean }).resetAndClosing = true;
  socket.destroy();
}

/** Nchan with its sessions, published to by HTTP over one connection that is kept; bursts are pipelined on it. */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { pin, SERVER_CORE } from '../cores.js';
import { NativeLoad } from '../native/native-load.js';
import { type NchanProgram, startNchan } from '../peers/nchan.js';
import type { Contender, Stage } from './contender.js';

export async function startNchanContender({ folder, sessions }: Stage, program: NchanProgram): Promise<Contender> {
  const nginx = await startNchan(program, folder);
  pin(nginx.pid, SERVER_CORE);
  const load = await NativeLoad.start({ port: nginx.port, path: '/subscribe', sessions, kind: 'plain' });
  const socket = connect({ host: '127.0.0.1', port: nginx.port, noDelay: true });
  await once(socket, 'connect');
  socket.resume(); // what it answers is not needed: the sessions tell what came
  return {
    name: 'Nchan',
    durability: 'newest 256 in memory',
    pid: nginx.pid,
    load,
    publish: async (messages) =>
      post(
        socket,
        nginx.port,
        messages.map(({ json }) => json),
      ),
    stop: async () => {
      load.stop();
      socket.destroy();
      await nginx.stop();
    },
  };
}

function post(socket: Socket, port: number, bodies: readonly string[]): void {
  const head = `POST /publish HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length:`;
  socket.write(bodies.map((body) => `${head} ${body.length}\r\n\r\n${body}`).join(''));
}

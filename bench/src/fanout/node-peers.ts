/** The peers written in Node. Each is published to from another process than its own: this one. */
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { Emitter } from '@socket.io/redis-emitter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { pin, SERVER_CORE } from '../cores.js';
import { NativeLoad } from '../native/native-load.js';
import { startPeer } from '../peers/peer-process.js';
import type { Contender, Stage } from './contender.js';
import type { Message } from './message.js';

const GROUP = 'bench';
const EVENT = 'message';
const SOCKET_IO_PATH = '/socket.io/?EIO=4&transport=websocket';

/** Commands of one turn go to Redis in one write, as they would from a busy publisher. */
const redisOf = (port: number): Redis => new Redis({ host: '127.0.0.1', port, enableAutoPipelining: true });

export async function startWs(stage: Stage): Promise<Contender> {
  const redis = redisOf(stage.redisPort);
  const publish = (messages: readonly Message[]): Promise<unknown> =>
    Promise.all(messages.map(({ json }) => redis.publish(GROUP, json)));
  const server = { script: 'ws-server.js', args: [String(stage.redisPort), GROUP] };
  const client = { kind: 'plain' as const, path: '/', sessions: stage.sessions };
  return contender({ name: 'ws', durability: 'none' }, { server, client, publish, close: () => redis.disconnect() });
}

export async function startSocketIo(stage: Stage): Promise<Contender> {
  const redis = redisOf(stage.redisPort);
  const room = new Emitter(redis).to(GROUP);
  const publish = async (messages: readonly Message[]): Promise<void> => {
    for (const { value } of messages) room.emit(EVENT, value);
  };
  const server = { script: 'socket-io-server.js', args: ['redis', String(stage.redisPort), GROUP] };
  const client = { kind: 'socketio' as const, path: SOCKET_IO_PATH, sessions: stage.sessions };
  const about = { name: 'Socket.IO, redis-adapter', durability: 'none' };
  return contender(about, { server, client, publish, close: () => redis.disconnect() });
}

/** Published by a second server, which has no clients: the Streams adapter has no emitter of its own kind. */
export async function startSocketIoStreams(stage: Stage): Promise<Contender> {
  const redis = new Redis({ host: '127.0.0.1', port: stage.redisPort, enableAutoPipelining: true, protocol: 2 });
  const io = new Server({ adapter: createAdapter(redis), connectionStateRecovery: {} });
  const publish = async (messages: readonly Message[]): Promise<void> => {
    for (const { value } of messages) io.to(GROUP).emit(EVENT, value);
  };
  const server = { script: 'socket-io-server.js', args: ['streams', String(stage.redisPort), GROUP] };
  const client = { kind: 'socketio' as const, path: SOCKET_IO_PATH, sessions: stage.sessions };
  const about = { name: 'Socket.IO, redis-streams-adapter', durability: 'newest 10,000 in a stream, no file' };
  const close = (): void => {
    void io.of('/').adapter.close(); // of a server that never listened, nothing else is open
    redis.disconnect();
  };
  return contender(about, { server, client, publish, close });
}

interface Parts {
  readonly server: { readonly script: string; readonly args: readonly string[] };
  readonly client: { readonly kind: 'plain' | 'socketio'; readonly path: string; readonly sessions: number };
  readonly publish: (messages: readonly Message[]) => Promise<unknown>;
  readonly close: () => unknown;
}

async function contender(
  about: { name: string; durability: string },
  { server, client, publish, close }: Parts,
): Promise<Contender> {
  const peer = await startPeer(server.script, server.args);
  pin(peer.pid, SERVER_CORE);
  const load = await NativeLoad.start({ ...client, port: peer.port });
  const stop = async (): Promise<void> => {
    load.stop();
    await close();
    await peer.stop();
  };
  return { ...about, pid: peer.pid, load, publish, stop };
}

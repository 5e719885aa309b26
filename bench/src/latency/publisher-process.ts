/**
 * A process that publishes by a schedule: with Fanfare's library, everything that the api does but HTTP, or with Socket.IO as a
 * second instance of the server, without clients.
 */
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { InProcess } from '../publishing/in-process.js';
import { type FromScheduled, type PublishTo, Timetable, type ToScheduled, userName } from './schedule.js';

const [kind = '', redisPort = ''] = process.argv.slice(2);
let publish: PublishTo | undefined;
let timetable: Timetable | undefined;

async function inProcess(): Promise<PublishTo> {
  const own = await InProcess.open(`redis://127.0.0.1:${redisPort}`);
  return (user, payload) => own.publish({ to: { user }, payload });
}

/** Resolves at once: Socket.IO does not tell when a message is stored. */
function withSocketIo(): PublishTo {
  const redis = new Redis({ host: '127.0.0.1', port: Number(redisPort), protocol: 2 });
  const io = new Server({ adapter: createAdapter(redis) });
  return async (user, value) => void io.to(`user:${user}`).emit('message', value);
}

async function keep({ schedule }: ToScheduled): Promise<void> {
  publish ??= kind === 'socket.io' ? withSocketIo() : await inProcess();
  timetable ??= new Timetable(Array.from({ length: schedule.users }, (_, index) => userName(index)));
  process.send?.({ kept: await timetable.keep(schedule, publish) } satisfies FromScheduled);
}

process.on('message', (message: ToScheduled) => void keep(message));
process.on('disconnect', () => process.exit(0));

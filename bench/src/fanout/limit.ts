/** The limit of the machine: bench/native/write-limit.c, which does nothing but write() frames to the sockets. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '@fanfare/testing';
import { pin, SERVER_CORE } from '../cores.js';
import { nativeProgram } from '../native/builder.js';
import { NativeLoad } from '../native/native-load.js';
import type { Contender, Stage } from './contender.js';

/** With frames as long as the peers', and as long as Fanfare's, which also say timeline, offset, epoch, id and time. */
export const LIMIT = 'write() in C';
export const LIMIT_LONG = 'write() in C, frames of Fanfare\u2019s length';
export const LONGER_BYTES = 223;

/** @param bytesMore that each message is longer than the peers' */
export async function startLimit({ sessions }: Stage, name: string, bytesMore: number): Promise<Contender> {
  const port = await freePort();
  const child = spawn(nativeProgram('write-limit'), [String(port), String(sessions)]);
  child.stderr.pipe(process.stderr);
  await once(child.stdout, 'data');
  const pid = child.pid ?? 0;
  pin(pid, SERVER_CORE);
  const load = await NativeLoad.start({ port, path: '/', sessions, kind: 'plain' });
  const more = ' '.repeat(bytesMore);
  return {
    name,
    durability: 'none',
    pid,
    load,
    publish: async (messages) => {
      child.stdin.write([messages.length, ...messages.map(({ json }) => json + more), ''].join('\n'));
    },
    stop: async () => {
      load.stop();
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

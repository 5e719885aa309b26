/** Starts load processes and waits for what they measured. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { pin } from '../cores.js';
import type { LoadOrder, LoadResult } from './http-load.js';

const LOAD = fileURLToPath(new URL('./http-load.js', import.meta.url));

/** @param cores where it is to run; where this process does, by default */
export function runLoad(order: LoadOrder, cores?: string): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const child = fork(LOAD, { execArgv: [] });
    if (cores !== undefined && child.pid !== undefined) pin(child.pid, cores);
    child.once('message', (result) => resolve(result as LoadResult));
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code !== 0) reject(new Error(`a load process ended with ${code}`));
    });
    child.send(order);
  });
}

/** A payload that is 250 bytes as JSON. */
export const PAYLOAD = { text: 'x'.repeat(250 - JSON.stringify({ text: '' }).length) };

export const messageTo = (to: unknown): { to: unknown; payload: unknown } => ({ to, payload: PAYLOAD });

/** Bodies for POST /v1/messages, to users in turn. */
export function singleBodies(count: number): string[] {
  return Array.from({ length: count }, (_, index) => JSON.stringify(messageTo({ user: `user-${index}` })));
}

/** Bodies for POST /v1/messages/batch, `size` users each, all users in turn. */
export function batchBodies(users: number, size: number): string[] {
  return Array.from({ length: Math.ceil(users / size) }, (_, batch) => {
    const messages = Array.from({ length: size }, (_, index) =>
      messageTo({ user: `user-${(batch * size + index) % users}` }),
    );
    return JSON.stringify({ messages });
  });
}

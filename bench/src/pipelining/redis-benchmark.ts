/**
 * The limit beside which publishing is read: redis-benchmark, a program in C, running the script of a plain message with
 * the arguments that Fanfare gives it, users at random. https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/benchmarks/
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Keyspace, type ScriptRunner, timelineAppendPlain } from '@fanfare/redis-scripts';
import { findRedisBinary } from '@fanfare/testing';
import { STORED_JSON } from '../publishing/message.js';
import { RETENTION } from '../publishing/in-process.js';
import { USERS } from '../publishing/ways.js';

/** What redis-benchmark replaces by twelve digits, each time others: log and state are those of two users, which costs the same. */
const RANDOM_USER = '__rand_int__';
const RATE = /([\d.]+) requests per second/;

export interface LimitOrder {
  readonly port: number;
  readonly keys: Keyspace;
  readonly pipeline: number;
  readonly requests: number;
}

/** @returns requests a second. @throws where the program is missing, or Redis answers an error */
export async function redisBenchmark({ port, keys, pipeline, requests }: LimitOrder): Promise<number> {
  const { command, env } = findRedisBinary();
  const program = join(dirname(command), 'redis-benchmark');
  if (!existsSync(program)) throw new Error(`redis-benchmark is missing beside ${command}`);
  const size = ['-p', String(port), '-c', '1', '-P', String(pipeline), '-n', String(requests), '-r', String(USERS)];
  const args = [...size, '-q', 'EVALSHA', ...(await callOf(keys))];
  const printed = await new Promise<string>((resolve, reject) => {
    const options = { env: { ...process.env, ...env }, maxBuffer: 2 ** 26 };
    execFile(program, args, options, (error, stdout, stderr) =>
      error ? reject(new Error(`redis-benchmark failed: ${stderr}`, { cause: error })) : resolve(stdout),
    );
  });
  const rate = Number(RATE.exec(printed)?.[1] ?? NaN);
  if (Number.isNaN(rate) || printed.includes('Error')) throw new Error('redis-benchmark printed no rate');
  return rate;
}

/** The arguments of EVALSHA, as the generated wrapper makes them. */
async function callOf(keys: Keyspace): Promise<string[]> {
  const { home, log, state } = keys.user(RANDOM_USER);
  const { part, links, users, sessions } = home;
  let call: string[] = [];
  const recorder: ScriptRunner = {
    call: (script, keyList, argList) => {
      call = [script.sha1, String(keyList.length), ...keyList, ...argList.map(String)];
      return Promise.reject(new Error('only looked at'));
    },
  };
  const item = { log, state, user: RANDOM_USER, priority: 2, json: STORED_JSON };
  const args = { userCap: RETENTION.userMessages, age: RETENTION.ageMs };
  await timelineAppendPlain(recorder, { part, links, users, sessions }, args, [item]).catch(() => undefined);
  return call;
}

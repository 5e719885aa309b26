/**
 * What is written to a stream, in one step each. Where its memory is full Redis refuses XADD, and every command of a
 * transaction; but then, too, a service must be reachable: to leave a group is to make room. What waits in a stream is bounded
 * by number and by deadlines, so it is written all the same, by scripts that may. What the handler must not do while there
 * is no room Redis refuses the handler.
 */
import { type ScriptReply, type ScriptRunner, streamAdd, streamAnnounce, streamEnd } from '@fanfare/redis-scripts';
import type { Redis } from 'ioredis';

/** The channel lies in the slot of the stream. */
export interface Publication {
  readonly channel: string;
  readonly text: string;
}

export interface Ending {
  readonly stream: string;
  readonly group: string;
  readonly id: string;
  /** The entry stays in the stream. */
  readonly keep: boolean;
  readonly reply?: Publication | undefined;
}

/** @returns the id of the entry */
export async function addEntry(redis: Redis, stream: string, args: readonly string[]): Promise<string> {
  const id = await orWhenFull(
    () => redis.call('XADD', stream, ...args),
    async () => (await streamAdd(onto(redis), { stream }, partsOf(args))).entry,
  );
  return String(id);
}

export async function addAndPublish(
  redis: Redis,
  stream: string,
  args: readonly string[],
  { channel, text }: Publication,
): Promise<void> {
  await orWhenFull(
    () =>
      executed(
        redis
          .multi()
          .call('XADD', stream, ...args)
          .spublish(channel, text),
      ),
    () => streamAnnounce(onto(redis), { stream, channel }, { text }, partsOf(args)),
  );
}

/** Acknowledges an entry, drops it if it is not to be kept, and answers it. */
export async function endEntry(redis: Redis, { stream, group, id, keep, reply }: Ending): Promise<void> {
  const work = redis.multi().xack(stream, group, id);
  if (!keep) work.xdel(stream, id);
  if (reply) work.spublish(reply.channel, reply.text);
  const keys = { stream, channel: reply?.channel ?? stream };
  const args = { group, entry: id, keep: keep ? 1 : 0, reply: reply?.text ?? '' };
  await orWhenFull(
    () => executed(work),
    () => streamEnd(onto(redis), keys, args),
  );
}

/** By EVAL, on the connection that keeps the order of these steps; it is the exception. */
const onto = (redis: Redis): ScriptRunner => ({
  call: async (script, keys, args) =>
    script.decode((await redis.callBuffer('EVAL', script.source, keys.length, ...keys, ...args)) as ScriptReply),
});
const partsOf = (args: readonly string[]): { part: string }[] => args.map((part) => ({ part }));

async function executed(work: ReturnType<Redis['multi']>): Promise<void> {
  const results = await work.exec();
  const failed = results?.find(([error]) => error)?.[0];
  if (failed) throw failed;
}

async function orWhenFull(usual: () => Promise<unknown>, whenFull: () => Promise<unknown>): Promise<unknown> {
  try {
    return await usual();
  } catch (error) {
    if (!isFull(error)) throw error;
    return whenFull();
  }
}

/** Of a transaction each command is refused by itself, and then the whole. */
function isFull(error: unknown): boolean {
  const { message, previousErrors = [] } = error as Error & { readonly previousErrors?: readonly Error[] };
  return [message, ...previousErrors.map((one) => one.message)].some((text) => text.startsWith('OOM'));
}

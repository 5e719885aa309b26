// What the suites do again and again: publish numbered messages, look at what came, make sure that nothing else comes.
import { randomUUID } from 'node:crypto';
import type { Accepted, ApiClient, MessageData, Position, ProtocolClient, PublishBody } from '@fanfare/testing';
import type { Stage } from './stage.js';

export type To = PublishBody['to'];

/** One of each kind of timeline. */
export const everyTarget = (user: string, group: string): To[] => [{ user }, { group }, { all: true }];

/** Publishes and expects 202. */
export async function publish(api: ApiClient, body: PublishBody): Promise<Accepted> {
  const answer = await api.publish(body);
  if (answer.status !== 202) throw new Error(`publish answered ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** One after the other; the payload is its number, beginning with `first`. */
export async function publishNumbers(api: ApiClient, to: To, count: number, first = 1): Promise<Accepted[]> {
  const accepted: Accepted[] = [];
  for (let number = first; number < first + count; number++) accepted.push(await publish(api, { to, payload: number }));
  return accepted;
}

/** Publishes what only the user of that session gets, and waits for it: what was sent before had its time to come. */
export async function settle(stage: Stage, ...clients: ProtocolClient[]): Promise<void> {
  for (const client of clients) {
    const nonce = randomUUID();
    const { user } = client.connected;
    await publish(stage.api, { to: { user }, payload: nonce, type: settleType, ephemeral: true });
    await client.waitFor('message', ({ message }) => message.payload === nonce);
  }
}

const settleType = 'e2e.settle';

/** Everything that a session was sent as messages, apart from what `settle` sends. */
export function received(client: ProtocolClient, timeline?: string): MessageData[] {
  return client.messages(timeline).filter(({ message }) => message.type !== settleType);
}

export function payloads(client: ProtocolClient, timeline?: string): unknown[] {
  return received(client, timeline).map(({ message }) => message.payload);
}

export function offsets(client: ProtocolClient, timeline: string): (number | undefined)[] {
  return received(client, timeline).map(({ offset }) => offset);
}

export function ids(client: ProtocolClient, timeline?: string): string[] {
  return received(client, timeline).map(({ message }) => message.id);
}

export function positionOf(accepted: Partial<Position> | undefined): Position {
  const { offset, epoch } = accepted ?? {};
  if (offset === undefined || epoch === undefined) throw new Error('this message has no position');
  return { offset, epoch };
}

/** Resume positions just before the given messages, so that these come again. */
export function resumeBefore(...accepted: (Accepted | undefined)[]): Record<string, Position> {
  const before = (message: Accepted | undefined): [string, Position] => {
    const { offset, epoch } = positionOf(message);
    return [message?.timeline ?? '', { offset: offset - 1, epoch }];
  };
  return Object.fromEntries(accepted.map(before));
}

/** first, first + 1, …, last */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Strictly: no repeat either. */
export function isAscending(numbers: readonly (number | undefined)[]): boolean {
  return numbers.every((number, index) => index === 0 || (number ?? NaN) > (numbers[index - 1] ?? NaN));
}

/** Runs the tasks with at most `width` of them at a time; results in the order of the tasks. */
export async function concurrently<T>(tasks: readonly (() => Promise<T>)[], width: number): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < tasks.length; index = next++) {
      const task = tasks[index];
      if (task) results[index] = await task();
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return results;
}

/** A group with these members, made by one call each. */
export async function makeGroup(api: ApiClient, group: string, ...members: string[]): Promise<void> {
  const made = await api.putGroup(group);
  expect([200, 201]).toContain(made.status);
  for (const member of members) {
    const joined = await api.join(group, member);
    expect([200, 201, 204]).toContain(joined.status);
  }
}

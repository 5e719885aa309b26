/** One point of a line: messages at a steady rate for a few seconds, and what each process used of the CPU for them. */
import { until } from '@fanfare/testing';
import { message } from '../fanout/message.js';
import { type Cpu, userName, type World } from './world.js';

export type Axis = 'members' | 'sessions' | 'partitions' | 'gateways';

export interface PointOrder {
  readonly axis: Axis;
  readonly x: number;
  /** A group, or users in turn. */
  readonly to: { readonly group: string } | { readonly users: number };
  /** Sessions that get each message. */
  readonly deliveries: number;
  /** Default: as many as give 40,000 deliveries, within bounds. */
  readonly perSecond?: number;
}

export interface Figures {
  /** Why it does not count; '' where it does. */
  readonly void: string;
  /** µs for each message; what the processes use without messages is taken off. */
  readonly gateways: number;
  readonly redis: number;
  readonly publisher: number;
}

/** As many deliveries a second as leave the machine room, within bounds. */
const [DELIVERIES_A_SECOND, LEAST_A_SECOND, MOST_A_SECOND] = [40_000, 3, 1000];
const TICK_MS = 5;
const ARRIVES_WITHIN_MS = 30_000;
const IDLE_MS = 5000;
/** Fewer would be lost in what the processes use anyway. */
const LEAST_MESSAGES = 30;
/** Until what was received has been acknowledged, and that is stored: each at most once a second. */
const ACKNOWLEDGED_MS = 2200;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What the processes use of the CPU in a second when nothing is published: to be asked when everything is warm. */
export async function idleCpu(world: World): Promise<Cpu> {
  const before = world.cpu();
  await sleep(IDLE_MS);
  const after = world.cpu();
  const each = (of: (cpu: Cpu) => number): number => (of(after) - of(before)) / (IDLE_MS / 1000);
  return {
    gateways: each((cpu) => cpu.gateways),
    redis: each((cpu) => cpu.redis),
    publisher: each((cpu) => cpu.publisher),
  };
}

export async function measure(world: World, order: PointOrder, idle: Cpu, seconds: number): Promise<Figures> {
  const receivedBefore = await world.received();
  const before = world.cpu();
  const start = performance.now();
  const sent = await publishSteadily(world, order, seconds);
  const expected = receivedBefore + sent * order.deliveries;
  const arrived = until(async () => (await world.received()) >= expected, {
    what: 'every delivery',
    everyMs: 50,
    deadlineMs: ARRIVES_WITHIN_MS,
  });
  const trouble = await arrived.then(
    () => '',
    (error: Error) => error.message,
  );
  await sleep(ACKNOWLEDGED_MS);
  const took = (performance.now() - start) / 1000;
  const after = world.cpu();
  const received = await world.received();
  const each = (of: (cpu: Cpu) => number): number => ((of(after) - of(before) - of(idle) * took) * 1e6) / sent;
  return {
    void: trouble || (received === expected ? '' : `${received - expected} messages too many`),
    ...{ gateways: each((cpu) => cpu.gateways), redis: each((cpu) => cpu.redis) },
    publisher: each((cpu) => cpu.publisher),
  };
}

/** @returns how many were accepted */
async function publishSteadily({ own }: World, order: PointOrder, seconds: number): Promise<number> {
  const { to, deliveries } = order;
  const usual = Math.min(MOST_A_SECOND, Math.max(LEAST_A_SECOND, DELIVERIES_A_SECOND / deliveries));
  const perSecond = order.perSecond ?? usual;
  const total = Math.max(LEAST_MESSAGES, Math.ceil(perSecond * seconds));
  const start = performance.now();
  const open: Promise<void>[] = [];
  while (open.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * perSecond) + 1);
    while (open.length < due) {
      const number = open.length + 1;
      const audience = 'group' in to ? to : { user: userName(number % to.users) };
      open.push(own.publish({ to: audience, payload: message(number).value }));
    }
    await sleep(TICK_MS);
  }
  await Promise.all(open);
  return total;
}

// Every kind of fault: how it strikes. What can come back by itself does so after the planned time.
import type { ServiceName } from '@fanfare/testing';
import { setTimeout as pause } from 'node:timers/promises';
import type { Device } from '../devices/device.js';
import type { FaultKind, PlannedFault } from '../schedule.js';
import type { World } from '../world/world.js';

export interface Target {
  readonly world: World;
  readonly devices: readonly Device[];
}

/** @returns how many it hit: processes, connections, devices; 0 where it struck nothing */
type Strike = (target: Target, fault: PlannedFault) => Promise<number>;

/** On the average: some connections not at all, others twice as long, so that one overtakes another. */
const SLOW_LINK_MS = 40;
const SLOW_READERS = 10;

export const strikes: Record<FaultKind, Strike> = {
  'kill-api': kill('api'),
  'kill-gateway': kill('push-gateway'),
  'kill-worker': kill('fanout-worker'),
  'kill-presence': kill('presence'),
  'kill-membership': kill('membership'),
  'kill-redis': async ({ world }, { forMs }) => ((await world.killRedis(forMs / 2)) ? 1 : 0),
  'cut-links': ({ world }) => Promise.resolve(world.links.cutAll()),
  'slow-links': slowLinks,
  'stop-and-continue': stopAndContinue,
  'script-flush': ({ world }) => world.command('SCRIPT', 'FLUSH'),
  'client-kill': clientKill,
  'aof-rewrite': ({ world }) => world.command('BGREWRITEAOF'),
  'slow-readers': ({ devices }, { pick, forMs }) =>
    Promise.resolve(some(devices, pick).filter((device) => device.slowDown(forMs)).length),
  'reconnect-storm': ({ devices }) => Promise.resolve(devices.filter((device) => device.cut()).length),
};

function kill(name: ServiceName): Strike {
  return async ({ world }, { pick, forMs }) => {
    const healthy = world.slots.filter((slot) => slot.name === name && slot.isHealthy);
    const victim = healthy[pick % healthy.length];
    await victim?.kill(forMs / 3);
    return victim ? 1 : 0;
  };
}

async function stopAndContinue({ world }: Target, { pick, forMs }: PlannedFault): Promise<number> {
  const healthy = world.slots.filter(({ isHealthy }) => isHealthy);
  const victim = healthy[pick % healthy.length];
  victim?.stopFor(forMs);
  return Promise.resolve(victim ? 1 : 0);
}

async function slowLinks({ world }: Target, { forMs }: PlannedFault): Promise<number> {
  world.links.delay(SLOW_LINK_MS, { isUneven: true });
  void pause(forMs, undefined, { ref: false }).then(() => world.links.delay(0));
  return Promise.resolve(world.links.connections);
}

/** Those that send commands, and those that listen: Redis ends both. */
async function clientKill({ world }: Target): Promise<number> {
  const normal = await world.command('CLIENT', 'KILL', 'TYPE', 'normal');
  return normal + (await world.command('CLIENT', 'KILL', 'TYPE', 'pubsub'));
}

/** Every so-manieth, beginning anywhere. */
function some<Item>(items: readonly Item[], pick: number): Item[] {
  const step = Math.max(1, Math.floor(items.length / SLOW_READERS));
  return items.filter((_, index) => (index + pick) % step === 0);
}

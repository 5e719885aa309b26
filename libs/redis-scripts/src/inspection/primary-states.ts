// How the primaries are, as INFO tells. One that does not answer, or that a script keeps busy, is told so and never waited
// for longer than `withinMs`: operators look at this most when something is wrong.
import type { RedisConnection } from '../connection/connect.js';
import type { Primary } from '../connection/primary.js';

export interface PrimaryState {
  readonly address: string;
  readonly state: 'ok' | 'busy' | 'away';
  readonly pingMs?: number;
  readonly role?: string;
  /** Of Redis; of Valkey with its name before it. */
  readonly version?: string;
  readonly usedMemory?: number;
  /** 0 for no limit */
  readonly maxMemory?: number;
  readonly opsPerSecond?: number;
  readonly clients?: number;
  readonly replicas?: number;
  readonly aofEnabled?: boolean;
  readonly aofLastWriteStatus?: string;
}

/** One PING and one INFO each. Never rejects. */
export function primaryStates(connection: RedisConnection, withinMs = 1000): Promise<PrimaryState[]> {
  return Promise.all(connection.primaries.all().map((primary) => stateOf(primary, withinMs)));
}

async function stateOf(primary: Primary, withinMs: number): Promise<PrimaryState> {
  const { address } = primary;
  if (!primary.isReady) return { address, state: 'away' };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<PrimaryState>((resolve) => {
    timer = setTimeout(() => resolve({ address, state: 'away' }), withinMs);
  });
  try {
    return await Promise.race([answered(primary), late]);
  } catch (error) {
    return { address, state: (error as Error).message.startsWith('BUSY') ? 'busy' : 'away' };
  } finally {
    clearTimeout(timer);
  }
}

async function answered({ address, redis }: Primary): Promise<PrimaryState> {
  const startedAt = performance.now();
  await redis.ping();
  const pingMs = Math.round((performance.now() - startedAt) * 100) / 100;
  const lines = (await redis.info()).matchAll(/^([a-z_]+):([^\r\n]*)/gm);
  const fields = new Map([...lines].map(([, name = '', value = '']) => [name, value]));
  return { address, state: 'ok', pingMs, ...told(fields) };
}

/** https://redis.io/docs/latest/commands/info/ */
function told(fields: ReadonlyMap<string, string>): Partial<PrimaryState> {
  const text = (name: string): string => fields.get(name) ?? '';
  const number = (name: string): number => Number(fields.get(name) ?? 0);
  return {
    role: text('role'),
    version: fields.has('valkey_version') ? `valkey ${text('valkey_version')}` : text('redis_version'),
    usedMemory: number('used_memory'),
    maxMemory: number('maxmemory'),
    opsPerSecond: number('instantaneous_ops_per_sec'),
    clients: number('connected_clients'),
    replicas: number('connected_slaves'),
    aofEnabled: number('aof_enabled') === 1,
    aofLastWriteStatus: text('aof_last_write_status'),
  };
}

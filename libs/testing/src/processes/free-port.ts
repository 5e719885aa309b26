// Loopback ports that nobody else takes in the meantime: below the range from which systems lend ports to outgoing
// connections (Linux: 32768 and up). A port from that range could be lent to a client that is calling a stopped
// server on it, which then talks to itself and keeps the server from coming back.
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PortClaims } from './port-claims.js';

// Above the last port that fetch refuses to call (10080; https://fetch.spec.whatwg.org/#port-blocking).
const lowest = 10_100;
const highest = 21_999; // Redis Cluster's bus is at port + 10,000 and has to stay below that range too
const clusterBusDistance = 10_000;
let claims: PortClaims | undefined;

export interface FreePortOptions {
  /** Also wants the port of the Redis Cluster bus. */
  readonly withClusterBus?: boolean;
}

/** A port on which nothing listens, and which is this process's until it ends: no other test process is given it. */
export async function freePort(options: FreePortOptions = {}): Promise<number> {
  claims ??= new PortClaims(join(tmpdir(), `fanfare-ports-${process.getuid?.() ?? 0}`));
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest + 1));
    const wanted = options.withClusterBus ? [port, port + clusterBusDistance] : [port];
    if (!wanted.every((one) => claims?.take(one))) continue;
    if (await areAllFree(wanted)) return port;
  }
  throw new Error(`found no free port between ${lowest} and ${highest}`);
}

async function areAllFree(ports: number[]): Promise<boolean> {
  for (const port of ports) if (!(await isFree(port))) return false;
  return true;
}

/** Whether this process could listen on a loopback port right now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

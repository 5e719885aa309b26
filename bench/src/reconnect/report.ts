/** The figures of all rounds as a table: rounds are rows, because the worst one counts. */
import { machine } from '../machine.js';
import { rounded, type Row, table } from '../table.js';

export interface Figures {
  readonly isVoid: boolean;
  readonly seconds: number;
  readonly lacking: number;
  readonly disordered: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly deepest: number;
  readonly meanWaitSeconds: number;
  readonly toldToReturn: number;
  readonly brokenOff: number;
  readonly callsEach: number;
  readonly redisMicrosEach: number;
  readonly pingP50Ms: number;
  readonly pingP99Ms: number;
  readonly pingMaxMs: number;
  readonly gatewayCpuSeconds: number;
  readonly gatewayRssMiB: number;
}

const HEAD = [
  'round',
  's until the last is caught up',
  'connects/s',
  'p50 / p99 ms',
  'deepest line, mean wait s',
  'told to return / broken off',
  'script calls each',
  'script µs each',
  'Redis PING p50 / p99 / max ms',
  'gateway CPU s, RSS MiB',
] as const;

export function report(
  figures: readonly Figures[],
  load: { readonly sessions: number; readonly processes: number; readonly missed: number },
): string {
  const rows = figures.map((one, index): Row => [
    `${index + 1}${one.isVoid ? ' VOID' : ''}`,
    rounded(one.seconds, 1),
    rounded(load.sessions / one.seconds),
    `${rounded(one.p50Ms)} / ${rounded(one.p99Ms)}`,
    `${rounded(one.deepest)}, ${rounded(one.meanWaitSeconds, 2)}`,
    `${one.toldToReturn} / ${one.brokenOff}`,
    rounded(one.callsEach, 3),
    rounded(one.redisMicrosEach, 1),
    `${rounded(one.pingP50Ms, 1)} / ${rounded(one.pingP99Ms, 1)} / ${rounded(one.pingMaxMs, 1)}`,
    `${rounded(one.gatewayCpuSeconds, 1)}, ${rounded(one.gatewayRssMiB)}`,
  ]);
  const what = `${rounded(load.sessions)} sessions reconnect at once to one gateway, ${load.missed} messages missed by each`;
  const where = `On ${machine()}; one Redis (AOF always), one gateway, ${load.processes} load processes`;
  return `\n${what}\n\n${table(HEAD, rows)}\n\n${where}\n`;
}

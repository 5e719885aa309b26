/** What a peer's process is told by its environment, as `startPeer` sets it. */
export interface PeerSettings {
  readonly port: number;
  readonly redisPort: number;
  readonly tokenSecret: string;
}

export const SETTING = 'BENCH_PEER';

export function peerSettings(): PeerSettings {
  const told = process.env[SETTING];
  if (told === undefined) throw new Error('a peer is started by a benchmark');
  return JSON.parse(told) as PeerSettings;
}

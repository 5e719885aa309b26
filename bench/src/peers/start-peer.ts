/**
 * A peer as a process of its own, with the options of Node that Fanfare's gateway runs with (Dockerfile), so that what
 * differs is the program.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, GuardedProcess, until, workspaceRoot } from '@fanfare/testing';
import { type PeerSettings, SETTING } from './peer-settings.js';

const NODE_OPTIONS = ['--enable-source-maps', '--max-semi-space-size=32'];
const END_MS = 20_000;

export interface Peer {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** @param script beside this file, which says on its standard output when it is ready */
export async function startPeer(
  script: string,
  settings: Omit<PeerSettings, 'port'>,
  more: readonly string[] = [],
): Promise<Peer> {
  const port = await freePort();
  const path = fileURLToPath(new URL(script, import.meta.url));
  const logFile = join(workspaceRoot(), '.fanfare', 'test-logs', `${process.pid}-${port}-peer.log`);
  const told = { PATH: process.env['PATH'], NODE_ENV: 'production', [SETTING]: JSON.stringify({ ...settings, port }) };
  const peer = new GuardedProcess({
    name: script,
    command: process.execPath,
    args: [...NODE_OPTIONS, ...more, path],
    env: told,
    logFile,
  });
  const listens = (): boolean => {
    if (!peer.isRunning) throw new Error(`${script} ended:\n${peer.output()}`);
    return peer.output().includes('peer is ready');
  };
  await until(listens, { what: `${script} to listen`, deadlineMs: 20_000 });
  return { port, pid: peer.pid ?? 0, stop: async () => void (await peer.end(END_MS)) };
}

/** A peer written in Node as a process of its own, with the settings of Node that Fanfare's services have. */
import { type ChildProcess, fork } from 'node:child_process';

export interface PeerProcess {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/** @param script beside this file. Resolves when it listens */
export async function startPeer(script: string, args: readonly string[]): Promise<PeerProcess> {
  const child = fork(new URL(`./${script}`, import.meta.url), args, { execArgv: ['--max-semi-space-size=32'] });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { port: number }).port));
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code}`)));
  });
  return { pid: child.pid ?? 0, port, stop: () => stopped(child) };
}

async function stopped(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  if (child.connected) child.disconnect();
  await gone;
}

/** A peer: nginx with Nchan, of Debian's packages, with one worker; messages are kept in its memory. https://nchan.io */
import { readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort, GuardedProcess, until } from '@fanfare/testing';

/** Where bench/main.mjs says that it is, or why it is not there. */
export interface NchanProgram {
  readonly command: string;
  readonly module: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Nchan {
  readonly port: number;
  /** Of the worker, which does everything. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** Longer than any burst: a subscriber that is behind by more would miss messages. */
const KEPT_MESSAGES = 256;
/**
 * Where Debian's Nchan makes a folder at its start. Its setting can't be used: the module sets the path first and then takes
 * the setting for a duplicate. So a copy of the module gets a path of the same length, relative to the folder of the run.
 */
const [FIXED_PATH, OWN_PATH] = ['/var/lib/nginx/body', 'nchan-message-files'];

export function nchanProgram(): NchanProgram | string {
  const told = process.env['BENCH_NCHAN'];
  if (told !== undefined) return JSON.parse(told) as NchanProgram;
  return process.env['BENCH_NCHAN_MISSING'] ?? 'start this benchmark by npm run bench';
}

/** @param folder for its settings and files of its run */
export async function startNchan({ command, module, env }: NchanProgram, folder: string): Promise<Nchan> {
  const port = await freePort();
  const settings = join(folder, 'nginx.conf');
  writeFileSync(settings, settingsOf({ folder, module: withOwnPath(module, folder), port }));
  const args = ['-p', folder, '-e', join(folder, 'nginx-error.log'), '-c', settings];
  const master = new GuardedProcess({
    name: 'nginx',
    command,
    args,
    env: { ...env },
    logFile: join(folder, 'nginx.log'),
  });
  const worker = (): number => childOf(master.pid ?? 0);
  const isUp = async (): Promise<boolean> => {
    if (!master.isRunning) throw new Error(`nginx ended:\n${master.output()}`);
    return (
      worker() > 0 &&
      (await fetch(`http://127.0.0.1:${port}/`).then(
        () => true,
        () => false,
      ))
    );
  };
  await until(isUp, { what: 'nginx to answer', deadlineMs: 10_000 });
  return { port, pid: worker(), stop: async () => void (await master.end(10_000)) };
}

function withOwnPath(module: string, folder: string): string {
  const copy = join(folder, 'nchan.so');
  const bytes = readFileSync(module);
  const at = bytes.indexOf(FIXED_PATH);
  if (at >= 0) bytes.write(OWN_PATH, at, 'latin1');
  writeFileSync(copy, bytes);
  return copy;
}

function childOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return Number(children.split(' ')[0] ?? 0);
}

function settingsOf({ folder, module, port }: { folder: string; module: string; port: number }): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const isRoot = userInfo().uid === 0;
  return `load_module ${module};
${isRoot ? `user ${userInfo().username};` : ''}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 16384; }
http {
  access_log off;
  tcp_nodelay on;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  server {
    listen 127.0.0.1:${port} backlog=1024;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
    location = /publish {
      nchan_publisher;
      nchan_channel_id bench;
      nchan_message_buffer_length ${KEPT_MESSAGES};
    }
    location = /subscribe {
      nchan_subscriber websocket;
      nchan_channel_id bench;
      nchan_subscriber_first_message newest;
      nchan_websocket_ping_interval 30;
    }
  }
}
`;
}

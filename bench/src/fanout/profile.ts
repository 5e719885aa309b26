/**
 * A CPU profile of the gateway for each of Fanfare's rows, on demand: BENCH_PROFILE=<folder> npm run bench -- fanout. Taken in
 * the first round, whose figures are worse for it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, until } from '@fanfare/testing';
import { Inspector } from '../slow-reader/inspector.js';

const folder = process.env['BENCH_PROFILE'];
const TOP = 25;

export class ProfiledGateway {
  private port = 0;

  /** @param of whose gateway it is; stands in the names of the files */
  constructor(private readonly of: string) {}

  /** @param start with settings for the services */
  async start<T>(start: (env: Record<string, string>) => Promise<T>): Promise<T> {
    if (folder === undefined) return start({});
    this.port = await freePort();
    return start({ NODE_OPTIONS: `--inspect-port=127.0.0.1:${this.port}` });
  }

  /** @param pid of the gateway */
  async during<T>(pid: number, name: string, work: () => Promise<T>): Promise<T> {
    if (folder === undefined) return work();
    process.kill(pid, 'SIGUSR1'); // opens its inspector: https://nodejs.org/en/learn/getting-started/debugging
    await until(() => isOpen(this.port), { what: 'the inspector of the gateway to open' });
    const inspector = await Inspector.connect(this.port);
    await inspector.startProfile();
    const done = await work();
    const profile = await inspector.stopProfile();
    inspector.close();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${`${this.of}, ${name}`.replaceAll(/\W+/g, '-')}.cpuprofile`), profile);
    process.stderr.write(`${topOf(profile)}\n`);
    return done;
  }
}

function isOpen(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/json/list`).then(
    ({ ok }) => ok,
    () => false,
  );
}

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
}

/** The functions with most time of their own, idle time left out. */
function topOf(text: string): string {
  const { nodes, samples } = JSON.parse(text) as Profile;
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
      const place = url.split('/').slice(-2).join('/');
      return [id, `${functionName || '(anonymous)'} ${place}${place ? `:${lineNumber + 1}` : ''}`];
    }),
  );
  const counts = new Map<string, number>();
  for (const sample of samples) {
    const name = names.get(sample) ?? '';
    if (!name.startsWith('(idle)')) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const top = [...counts].sort(([, a], [, b]) => b - a).slice(0, TOP);
  return top.map(([name, count]) => `  ${((100 * count) / total).toFixed(1).padStart(5)}%  ${name}`).join('\n');
}

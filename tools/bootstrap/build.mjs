// Builds what is stale. The check costs a look at the sources' sizes and times, not a start of nx: a second `npm start`
// has to be quick.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { root, stateFolder } from './paths.mjs';
import { run } from './run.mjs';
import { say, step } from './say.mjs';
import { fingerprint, projects } from './sources.mjs';
import { Trouble } from './trouble.mjs';

/**
 * What nx needs to stay in this process group, ask nobody and tell nobody.
 * @type {Record<string, string>}
 */
export const nxEnvironment = {
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  NX_NO_CLOUD: 'true',
  NX_SKIP_LOG_GROUPING: 'true',
  ...(process.stdout.isTTY ? {} : { FORCE_COLOR: '0' }),
};

/** The command line of nx, without a shell or npx in between. */
export const nx = [process.execPath, join(root, 'node_modules', '.bin', 'nx')];

/** @throws {Trouble} when the build fails; what the compiler said is on the terminal then */
export async function buildStale() {
  if (isCurrent()) return;
  await withLock('build', async () => {
    if (isCurrent()) return;
    const before = fingerprint(root);
    await step('Building the services', build);
    writeFileSync(stampFile(), before);
  });
}

async function build() {
  const [node = process.execPath, script = ''] = nx;
  const args = [script, 'run-many', '-t', 'build', '--output-style', 'stream'];
  const outcome = await run(node, args, { cwd: root, env: nxEnvironment, onLine: sayLine });
  if (outcome.code === 0) return;
  say(outcome.stdout);
  process.stderr.write(outcome.stderr);
  throw new Trouble('The build failed; what the compiler found is above.');
}

/** @param {string} line such as `> nx run @fanfare/contracts:build  [local cache]`, or `@fanfare/contracts: note: …` */
function sayLine(line) {
  const note = /^\S+: (note: .*)/.exec(line)?.[1];
  if (note !== undefined) say(`  ${note}`);
  const name = /^> nx run (\S+):build/.exec(line)?.[1];
  if (name !== undefined) say(`  ${name}`);
}

function isCurrent() {
  return existsSync(stampFile()) && outputsExist() && readFileSync(stampFile(), 'utf8') === fingerprint(root);
}

function outputsExist() {
  return projects(root).every((project) => {
    const has = (/** @type {string[]} */ ...path) => existsSync(join(root, project, ...path));
    const page = has('index.html') ? 'index.html' : undefined;
    return has('dist', page ?? (has('src', 'main.ts') ? 'main.js' : 'index.js'));
  });
}

const stampFile = () => join(stateFolder(), 'built');

// The second way to a Redis server, on Debian and Ubuntu: the distribution's own packages, unpacked under
// `.fanfare/redis/`. Nothing is installed, no root is needed, the system stays as it was. The unpacked folder appears in
// one step when everything in it works, so an interrupted run leaves no half state.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Apt, hasApt, installed } from './apt.mjs';
import { withLock } from './lock.mjs';
import { stateFolder } from './paths.mjs';
import { isRecentEnough, versionOf } from './redis-version.mjs';
import { lastLines } from './run.mjs';
import { step } from './say.mjs';
import { Trouble } from './trouble.mjs';

/** @typedef {import('./redis.mjs').RedisServer} RedisServer */

const NAMES = ['redis-server', 'valkey-server'];

/** Of the C library there must be one only, the system's: it fits the system's loader. */
const LEFT_TO_THE_SYSTEM = new Set(['libc6', 'libgcc-s1', 'libcrypt1']);

/**
 * @returns {Promise<{ found?: RedisServer, why?: string }>} the server, or why there is none in this way
 */
export async function findInPackages() {
  const folder = join(stateFolder('redis'), 'unpacked');
  const ready = await serverIn(folder);
  if (ready) return { found: ready };
  if (!(await hasApt())) return { why: 'this is no Debian or Ubuntu' };
  return withLock('redis-packages', () => fetch(folder));
}

/**
 * @param {string} folder
 * @returns {Promise<{ found?: RedisServer, why?: string }>}
 */
async function fetch(folder) {
  const meanwhile = await serverIn(folder);
  if (meanwhile) return { found: meanwhile };
  const draft = emptyDraft();
  try {
    await step('Fetching a Redis server from the packages of this system into .fanfare/ (nothing is installed)', () =>
      unpackServer(draft),
    );
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(draft, 'files'), folder);
    const found = await serverIn(folder);
    return found ? { found } : { why: 'the unpacked server does not run' };
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return { why: error.message };
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** A folder for the work in progress; what earlier, interrupted runs left goes. The caller holds the lock. */
function emptyDraft() {
  const parent = stateFolder('redis');
  for (const name of readdirSync(parent)) {
    if (name.startsWith('draft-')) rmSync(join(parent, name), { recursive: true, force: true });
  }
  const draft = join(parent, `draft-${process.pid}`);
  mkdirSync(join(draft, 'files'), { recursive: true });
  return draft;
}

/** @param {string} draft */
async function unpackServer(draft) {
  const apt = new Apt(draft);
  const update = await apt.update();
  const known = await apt.show(NAMES);
  if (known.length === 0) throw new Trouble(`its package lists name no Redis or Valkey (${lastLines(update, 1)})`);
  const server = NAMES.flatMap((name) => known.filter((it) => it.name === name)).find(({ version }) =>
    isRecentEnough(version),
  );
  if (!server)
    throw new Trouble(`its packages are too old (${known.map((it) => `${it.name} ${it.version}`).join(', ')})`);
  await apt.unpack(await closure(apt, server), join(draft, 'files'));
  if (!(await serverIn(join(draft, 'files')))) throw new Trouble(`the server of ${server.name} does not run here`);
}

/**
 * The package and what it needs to run that the system does not have: its tools (where the binary is) and libraries.
 * @param {Apt} apt
 * @param {import('./apt.mjs').Package} server
 */
async function closure(apt, server) {
  const chosen = new Map([[server.name, server]]);
  let level = [server];
  while (level.length > 0) {
    const names = [...new Set(level.flatMap((it) => it.depends))].filter((it) => isNeeded(it) && !chosen.has(it));
    const present = await installed(names);
    level = await apt.show(names.filter((name) => !present.has(name)));
    for (const it of level) chosen.set(it.name, it);
  }
  return [...chosen.keys()];
}

/** @param {string} name */
function isNeeded(name) {
  return /^(lib|lua|redis|valkey)/.test(name) && !LEFT_TO_THE_SYSTEM.has(name);
}

/**
 * The server in an unpacked folder, if there is one that runs.
 * @param {string} folder
 * @returns {Promise<RedisServer | undefined>}
 */
async function serverIn(folder) {
  const command = NAMES.map((name) => join(folder, 'usr', 'bin', name)).find((file) => existsSync(file));
  if (command === undefined) return undefined;
  const env = { LD_LIBRARY_PATH: libraryFolders(folder).join(':') };
  const version = await versionOf(command, env);
  if (version === undefined || !isRecentEnough(version)) return undefined;
  return { command, args: [], env, version, from: 'the packages of this system, unpacked in .fanfare/redis' };
}

/** @param {string} folder */
function libraryFolders(folder) {
  return ['usr/lib', 'lib'].flatMap((name) => {
    const parent = join(folder, name);
    if (!existsSync(parent)) return [];
    const triplets = readdirSync(parent).filter((entry) => entry.includes('-linux-'));
    return [...triplets.map((triplet) => join(parent, triplet)), parent];
  });
}

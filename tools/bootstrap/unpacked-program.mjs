// A program from the distribution's packages, on Debian and Ubuntu, unpacked under `.fanfare/`: nothing is installed, no
// root is needed, the system stays as it was. The unpacked folder appears in one step when the program in it works, so an
// interrupted run leaves no half state.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Apt, hasApt, installed } from './apt.mjs';
import { withLock } from './lock.mjs';
import { stateFolder } from './paths.mjs';
import { lastLines } from './run.mjs';
import { step } from './say.mjs';
import { Trouble } from './trouble.mjs';

/**
 * @template Program
 * @typedef {object} Wanted
 * @property {string} what for people, such as `a Redis server`
 * @property {string} folder below `.fanfare`
 * @property {readonly string[]} names packages, the best first
 * @property {(version: string) => boolean} [isRecentEnough]
 * @property {readonly string[]} [also] packages that it needs and does not depend on
 * @property {RegExp} needs names of the packages that it needs to run, libraries and the like
 * @property {(unpacked: string) => Promise<Program | undefined>} programIn the program in an unpacked folder, if it runs
 */

/** Of the C library there must be one only, the system's: it fits the system's loader. */
const LEFT_TO_THE_SYSTEM = new Set(['libc6', 'libgcc-s1', 'libcrypt1']);

/**
 * @template Program
 * @param {Wanted<Program>} wanted
 * @returns {Promise<{ found?: Program, why?: string }>} the program, or why there is none in this way
 */
export async function unpackedProgram(wanted) {
  const folder = join(stateFolder(wanted.folder), 'unpacked');
  const ready = await wanted.programIn(folder);
  if (ready) return { found: ready };
  if (!(await hasApt())) return { why: 'this is no Debian or Ubuntu' };
  return withLock(`${wanted.folder}-packages`, () => fetch(wanted, folder));
}

/**
 * @template Program
 * @param {Wanted<Program>} wanted
 * @param {string} folder
 * @returns {Promise<{ found?: Program, why?: string }>}
 */
async function fetch(wanted, folder) {
  const meanwhile = await wanted.programIn(folder);
  if (meanwhile) return { found: meanwhile };
  const draft = emptyDraft(wanted.folder);
  try {
    await step(`Fetching ${wanted.what} from the packages of this system into .fanfare/ (nothing is installed)`, () =>
      unpack(wanted, draft),
    );
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(draft, 'files'), folder);
    const found = await wanted.programIn(folder);
    return found ? { found } : { why: 'the unpacked program does not run' };
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return { why: error.message };
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * A folder for the work in progress; what earlier, interrupted runs left goes. The caller holds the lock.
 * @param {string} name
 */
function emptyDraft(name) {
  const parent = stateFolder(name);
  for (const entry of readdirSync(parent)) {
    if (entry.startsWith('draft-')) rmSync(join(parent, entry), { recursive: true, force: true });
  }
  const draft = join(parent, `draft-${process.pid}`);
  mkdirSync(join(draft, 'files'), { recursive: true });
  return draft;
}

/**
 * @param {Wanted<unknown>} wanted
 * @param {string} draft
 */
async function unpack({ what, names, also = [], needs, isRecentEnough = () => true, programIn }, draft) {
  const apt = new Apt(draft);
  const update = await apt.update();
  const known = await apt.show([...names]);
  if (known.length === 0) throw new Trouble(`its package lists name no ${names.join(', ')} (${lastLines(update, 1)})`);
  const chosen = names
    .flatMap((name) => known.filter((it) => it.name === name))
    .find(({ version }) => isRecentEnough(version));
  if (!chosen)
    throw new Trouble(`its packages are too old (${known.map((it) => `${it.name} ${it.version}`).join(', ')})`);
  const wanted = [chosen, ...(await apt.show([...also]))];
  await apt.unpack(await closure(apt, wanted, needs), join(draft, 'files'));
  if (!(await programIn(join(draft, 'files')))) throw new Trouble(`${what} of ${chosen.name} does not run here`);
}

/**
 * The packages and what they need to run that the system does not have: tools and libraries.
 * @param {Apt} apt
 * @param {import('./apt.mjs').Package[]} wanted
 * @param {RegExp} needs
 */
async function closure(apt, wanted, needs) {
  const isNeeded = (/** @type {string} */ name) => needs.test(name) && !LEFT_TO_THE_SYSTEM.has(name);
  const chosen = new Map(wanted.map((it) => [it.name, it]));
  let level = wanted;
  while (level.length > 0) {
    const names = [...new Set(level.flatMap((it) => it.depends))].filter((it) => isNeeded(it) && !chosen.has(it));
    const present = await installed(names);
    level = await apt.show(names.filter((name) => !present.has(name)));
    for (const it of level) chosen.set(it.name, it);
  }
  return [...chosen.keys()];
}

/**
 * What makes an unpacked program find the libraries beside it.
 * @param {string} folder
 */
export function libraryPath(folder) {
  const folders = ['usr/lib', 'lib'].flatMap((name) => {
    const parent = join(folder, name);
    if (!existsSync(parent)) return [];
    const triplets = readdirSync(parent).filter((entry) => entry.includes('-linux-'));
    return [...triplets.map((triplet) => join(parent, triplet)), parent];
  });
  return { LD_LIBRARY_PATH: folders.join(':') };
}

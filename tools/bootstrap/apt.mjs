// Debian's package tools, used without root and without a trace in the system: package lists and caches lie in a folder
// of our own, and the hooks that other programs hang on `apt-get update` are left out.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastLines, run } from './run.mjs';
import { Trouble } from './trouble.mjs';

/** @typedef {{ name: string, version: string, depends: string[] }} Package */

/** Is this a system with the distribution's packages at hand? */
export async function hasApt() {
  const answers = await Promise.all(['apt-get', 'apt-cache', 'dpkg'].map((tool) => run(tool, ['--version'])));
  return process.platform === 'linux' && answers.every(({ code }) => code === 0);
}

export class Apt {
  #folder;
  #config;

  /** @param {string} folder an empty folder of our own */
  constructor(folder) {
    this.#folder = folder;
    this.#config = join(folder, 'apt.conf');
    mkdirSync(join(folder, 'lists', 'partial'), { recursive: true });
    mkdirSync(join(folder, 'cache', 'archives', 'partial'), { recursive: true });
    mkdirSync(join(folder, 'debs'), { recursive: true });
    writeFileSync(this.#config, this.#settings());
  }

  /** Fetch the package lists. A single source that fails does no harm: what counts is whether the package is found. */
  async update() {
    return run('apt-get', ['-c', this.#config, 'update']);
  }

  /**
   * The newest version of each package that the lists know; unknown ones are left out.
   * @param {string[]} names
   * @returns {Promise<Package[]>}
   */
  async show(names) {
    if (names.length === 0) return [];
    const { stdout } = await run('apt-cache', ['-c', this.#config, 'show', '--no-all-versions', ...names]);
    return stdout.split('\n\n').filter(Boolean).map(parseStanza);
  }

  /**
   * Download packages and unpack them into a folder.
   * @param {string[]} names
   * @param {string} into
   */
  async unpack(names, into) {
    const debs = join(this.#folder, 'debs');
    const download = await run('apt-get', ['-c', this.#config, 'download', ...names], { cwd: debs });
    if (download.code !== 0) throw new Trouble(`apt-get download failed: ${lastLines(download)}`);
    const unpack = await run('sh', ['-c', 'for deb in *.deb; do dpkg -x "$deb" "$0" || exit 1; done', into], {
      cwd: debs,
    });
    if (unpack.code !== 0) throw new Trouble(`dpkg could not unpack: ${lastLines(unpack)}`);
  }

  #settings() {
    const hooks = ['Pre-Invoke', 'Post-Invoke', 'Post-Invoke-Success'].map((name) => `#clear APT::Update::${name};`);
    return [
      `Dir::State::Lists "${join(this.#folder, 'lists')}";`,
      `Dir::Cache "${join(this.#folder, 'cache')}";`,
      // Debian's container images switch these two off, and every call would read all lists again.
      'Dir::Cache::pkgcache "pkgcache.bin";',
      'Dir::Cache::srcpkgcache "srcpkgcache.bin";',
      'APT::Sandbox::User "root";', // as root: apt's own user may not be allowed into this folder
      'Acquire::Languages "none";',
      'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";',
      'Acquire::Retries "3";',
      'Acquire::http::Timeout "20";',
      ...hooks,
      '',
    ].join('\n');
  }
}

/**
 * @param {string} stanza
 * @returns {Package}
 */
export function parseStanza(stanza) {
  /** @param {string} name */
  const field = (name) => new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1] ?? '';
  const depends = [field('Pre-Depends'), field('Depends')].join(', ').split(',');
  // Of alternatives the first is the usual one; version and architecture are the lists' business.
  const names = depends.map((entry) => entry.trim().split(/[ |:(]/)[0] ?? '').filter(Boolean);
  return { name: field('Package'), version: field('Version'), depends: names };
}

/**
 * Which of these packages the system has installed.
 * @param {string[]} names
 * @returns {Promise<Set<string>>}
 */
export async function installed(names) {
  if (names.length === 0) return new Set();
  const { stdout } = await run('dpkg-query', ['-W', '-f', '${db:Status-Abbrev}|${Package}\n', ...names]);
  const rows = stdout.split('\n').map((row) => row.split('|'));
  return new Set(rows.filter(([status]) => status?.startsWith('ii')).map(([, name]) => name ?? ''));
}

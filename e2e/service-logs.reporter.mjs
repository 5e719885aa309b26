// After a test that failed: what the services said, so that a failure on another machine can be understood from its
// output. The logs are the files that libs/testing lets each service write.
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

const lines = 25;
const keptMs = 24 * 3600 * 1000;

export default class ServiceLogsReporter {
  /** @param {{rootDir: string}} globalConfig */
  constructor({ rootDir }) {
    this.folder = join(rootDir, '..', '.fanfare', 'test-logs');
    this.since = Date.now();
  }

  /** Logs of former days are of no use to anybody. */
  onRunStart() {
    for (const { path, changedAt } of this.files()) if (Date.now() - changedAt > keptMs) rmSync(path, { force: true });
  }

  onTestFileStart() {
    this.since = Date.now();
  }

  /** @param {unknown} _test @param {{status: string, fullName: string}} result */
  onTestCaseResult(_test, result) {
    if (result.status !== 'failed') return;
    process.stderr.write(`\nWhat the services said last when this failed: ${result.fullName}\n`);
    for (const { path } of this.ofThisRun()) process.stderr.write(`--- ${basename(path)}\n${tail(path)}\n`);
  }

  /** Names begin with the pid of the process that runs the tests: this one, as they run in band. */
  ofThisRun() {
    const isOurs = (/** @type {string} */ path) => basename(path).startsWith(`${process.pid}-`);
    return this.files().filter(({ path, changedAt }) => isOurs(path) && changedAt >= this.since);
  }

  files() {
    if (!existsSync(this.folder)) return [];
    const paths = readdirSync(this.folder).map((name) => join(this.folder, name));
    return paths.sort().map((path) => ({ path, changedAt: statSync(path).mtimeMs }));
  }
}

/** @param {string} path */
function tail(path) {
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}

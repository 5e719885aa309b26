// After a test that failed: what the services said, so that a failure on another machine can be understood from its
// output. The logs are the files that libs/testing lets each service write.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const lines = 25;

export default class ServiceLogsReporter {
  /** @param {{rootDir: string}} globalConfig */
  constructor({ rootDir }) {
    this.folder = join(rootDir, '..', '.fanfare', 'test-logs');
    this.since = Date.now();
  }

  onTestFileStart() {
    this.since = Date.now();
  }

  /** @param {unknown} _test @param {{status: string, fullName: string}} result */
  onTestCaseResult(_test, result) {
    if (result.status !== 'failed' || !existsSync(this.folder)) return;
    process.stderr.write(`\nWhat the services said last when this failed: ${result.fullName}\n`);
    for (const file of this.recent()) process.stderr.write(`--- ${file}\n${this.tail(file)}\n`);
  }

  recent() {
    const files = readdirSync(this.folder).sort();
    return files.filter((file) => statSync(join(this.folder, file)).mtimeMs >= this.since);
  }

  /** @param {string} file */
  tail(file) {
    return readFileSync(join(this.folder, file), 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  }
}

// The examples of README.md, docs/http.md and docs/server.md do what they say: every `sh` block is run as it stands there, but for the
// address and the key, in the order of the page.
import { GuardedProcess, until, workspaceRoot } from '@fanfare/testing';
import { join } from 'node:path';
import { examplesOf, runExample } from './shell.js';
import { useStage } from './stage.js';

const stage = useStage();

/** Lines that start, install or build, which the tests of the tools are about. */
const ABOUT_THE_MACHINE = /^(npm (start|install|ci|test|run (build|bench|chaos))|docker |git |cd )/;
/** A line that goes on until it is ended. */
const TAIL = /^npm run (?:tail --|fanfare -- tail)(.*)$/;
/** An answer of 200 that shows a problem on purpose: one message of a batch is wrong. */
const SHOWS_A_PROBLEM = /messages\/batch/;
/** The message that docs/http.md shows; here it has another id. */
const SHOWN_ID = '01a1fb7c-2360-740b-9d2d-878d7d4bcfb6';

let shownId = SHOWN_ID;
let tails: GuardedProcess[] = [];

afterAll(async () => {
  await Promise.all(tails.map((tail) => tail.kill()));
  tails = [];
});

const apiUrl = (): string => stage.fanfare.apis[0]?.url ?? '';
const key = (): string => stage.fanfare.credentials.adminKey;
const env = (): NodeJS.ProcessEnv => ({ FANFARE_URL: apiUrl(), FANFARE_ADMIN_KEY: key() });

/** The same for this Fanfare. */
function here(text: string): string {
  return text
    .replaceAll('http://127.0.0.1:3000', apiUrl())
    .replaceAll('fanfare-dev-key', key())
    .replaceAll(SHOWN_ID, shownId);
}

/** `node` itself and not through npm, so that its process is known. */
async function startTail(args: string): Promise<void> {
  const tail = new GuardedProcess({
    name: 'tail',
    command: 'bash',
    args: ['-c', `exec node tools/cli/tail.mjs ${args}`],
    cwd: workspaceRoot(),
    env: { ...process.env, ...env() },
    logFile: join(workspaceRoot(), '.fanfare', 'test-logs', `${stage.name('readme-tail')}.log`),
  });
  tails.push(tail);
  await until(() => tail.output().includes('up to date'), { what: `the tail ${args}`, deadlineMs: 30_000 });
}

/** Runs a block: what goes on is started, what is about the machine left out. */
async function play(definitions: string, script: string): Promise<string> {
  const lines = script.split('\n');
  const commands = lines.filter((line) => !ABOUT_THE_MACHINE.test(line) && !TAIL.test(line)).join('\n');
  const { code, out, err } = await runExample(here(definitions), here(commands), env());
  expect({ code, out, err }).toMatchObject({ code: 0 });
  if (!SHOWS_A_PROBLEM.test(script)) expect(out).not.toContain('"code"');
  for (const line of lines) {
    const args = TAIL.exec(line)?.[1];
    if (args !== undefined) await startTail(args);
  }
  return out;
}

describe.each(['README.md', 'docs/http.md', 'docs/server.md'])('%s', (file) => {
  const { definitions, examples } = examplesOf(file);

  test.each(examples.map(({ place, script }) => [place, script]))('%s', async (_, script) => {
    const out = await play(definitions, script);
    if (script.includes('"type":"invoice.paid"')) shownId = (JSON.parse(out) as { id: string }).id;
  });

  test('has examples that are run', () => {
    const commands = examples.flatMap(({ script }) => script.match(/^(fanfare|curl|npm run fanfare --) .*/gm) ?? []);
    expect(commands.length).toBeGreaterThan(3);
  });
});

test('what the README sends to alice is what its tail shows', async () => {
  const [tail] = tails;
  await until(() => tail?.output().includes('Hello, Alice'), { what: 'the message in the tail' });
});

test.each([
  ['is refused', `fanfare $api/messages -d '{"to":{"user":"alice"}}'`],
  ['is for what is not there', 'fanfare $api/users/nobody-at-all'],
  ['is no shell', 'fanfare $api/messages -d {"to"'],
])('control: an example that %s would be noticed', async (_, script) => {
  const { definitions } = examplesOf('README.md');
  await expect(play(definitions, script)).rejects.toThrow();
});

// Programs as somebody at a terminal would run them, and the examples of a document.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from '@fanfare/testing';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** What a program may take, on a busy machine and with retries. */
const deadlineMs = 45_000;

/** Runs it in the root of the repository, until it ends. */
export function runProgram(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: workspaceRoot(),
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: deadlineMs,
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}

export interface Example {
  /** `README.md:45` */
  readonly place: string;
  readonly script: string;
}

export interface Examples {
  /** What the others stand on: variables and functions. */
  readonly definitions: string;
  readonly examples: readonly Example[];
}

/** The `sh` blocks of a document. A block that defines a function is for all that follow. */
export function examplesOf(file: string): Examples {
  const text = readFileSync(join(workspaceRoot(), file), 'utf8');
  const found = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(({ 1: script = '', index }) => ({
    place: `${file}:${text.slice(0, index).split('\n').length}`,
    script,
  }));
  const defines = ({ script }: Example): boolean => /^\w+\(\) \{/m.test(script);
  return {
    definitions: found
      .filter(defines)
      .map(({ script }) => script)
      .join(''),
    examples: found.filter((example) => !defines(example)),
  };
}

/** Runs an example; a status that is no success ends it, as an error of the shell does. */
export function runExample(definitions: string, script: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  const strict = 'set -eu\ncurl() { command curl --fail-with-body "$@"; }\n';
  return runProgram('bash', ['-c', `${strict}${definitions}${script}`], env);
}

// `npm run bench -- <name>`: prepares a bare clone, builds, and runs one benchmark. Nothing here measures.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from '../tools/bootstrap/prepare.mjs';
import { runCommand } from '../tools/bootstrap/command.mjs';

const folder = dirname(fileURLToPath(import.meta.url));

await runCommand(async () => {
  await prepare();
  const bench = spawn(process.execPath, [join(folder, 'dist', 'main.js'), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  return new Promise((resolve) => bench.on('exit', (code) => resolve(code ?? 1)));
});

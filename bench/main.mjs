// `npm run bench -- <name>`: prepares a bare clone, builds, and runs one benchmark. Nothing here measures.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from '../tools/bootstrap/prepare.mjs';
import { runCommand } from '../tools/bootstrap/command.mjs';
import { run } from '../tools/bootstrap/run.mjs';
import { programsOf } from './programs.mjs';

const folder = dirname(fileURLToPath(import.meta.url));

await runCommand(async () => {
  await prepare();
  const [name = ''] = process.argv.slice(2);
  const env = await programsOf(name);
  const args = [join(folder, 'dist', 'main.js'), ...process.argv.slice(2)];
  return (await run(process.execPath, args, { env, show: true })).code;
});

// `npm run chaos -- …`: prepares a bare clone, builds, and breaks things. Nothing here judges.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from '../tools/bootstrap/prepare.mjs';
import { runCommand } from '../tools/bootstrap/command.mjs';
import { run } from '../tools/bootstrap/run.mjs';

const folder = dirname(fileURLToPath(import.meta.url));

await runCommand(async () => {
  await prepare();
  const args = [join(folder, 'dist', 'main.js'), ...process.argv.slice(2)];
  return (await run(process.execPath, args, { show: true })).code;
});

// `node tools/bootstrap/main.mjs`: prepare a bare clone, and say which Redis server it will use.
import { runCommand } from './command.mjs';
import { prepare } from './prepare.mjs';
import { say } from './say.mjs';

await runCommand(async () => {
  const redis = await prepare();
  if (redis) say(`Redis ${redis.version} (${redis.from}): ${[redis.command, ...redis.args].join(' ')}`);
  return 0;
});

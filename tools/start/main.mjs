// `npm start`: a Redis of its own and all services, from a bare clone, with one command.
import { parseArgs } from 'node:util';
import { exitCodeFrom } from '../bootstrap/command.mjs';
import { holdLock } from '../bootstrap/lock.mjs';
import { prepare } from '../bootstrap/prepare.mjs';
import { say } from '../bootstrap/say.mjs';
import { Trouble } from '../bootstrap/trouble.mjs';
import { redisChild, serviceChildren } from './children.mjs';
import { requireReachable } from './external-redis.mjs';
import { help } from './help.mjs';
import { endLeftovers, noteChildren } from './leftovers.mjs';
import { requireFree } from './ports.mjs';
import { runAll } from './run-all.mjs';
import { readSettings } from './settings.mjs';
import { welcome } from './welcome.mjs';

/** @typedef {import('./settings.mjs').Settings} Settings */

/** @returns {Promise<number>} the exit code */
async function main() {
  if (wantsHelp()) {
    say(help());
    return 0;
  }
  const settings = readSettings(process.env);
  return runAll({
    prepare: () => prepareChildren(settings),
    welcome: () => welcome(settings),
    onChange: (children) => noteChildren(children),
  });
}

/** @param {Settings} settings */
async function prepareChildren(settings) {
  await beTheOnlyOne();
  await endLeftovers(say);
  await requireFree([...(settings.redisUrl ? [] : [settings.redisPort]), ...settings.services], settings.host);
  if (settings.redisUrl) await requireReachable(settings.redisUrl);
  const redis = await prepare({ needsRedis: settings.redisUrl === undefined });
  say('Starting …');
  return [redis ? [redisChild(redis, settings)] : [], serviceChildren(settings)];
}

/** Two runs of one checkout would share the data folder of a Redis. The lock goes with this process. */
async function beTheOnlyOne() {
  const lock = await holdLock('start');
  if ('release' in lock) return;
  throw new Trouble(`npm start runs already in this checkout, as process ${lock.holder.pid}: end that one first.`);
}

function wantsHelp() {
  try {
    return parseArgs({ options: { help: { type: 'boolean', short: 'h' } } }).values.help === true;
  } catch (error) {
    throw new Trouble(`${String(error instanceof Error ? error.message : error).replace(/\.?$/, '.')} Try --help.`);
  }
}

process.exit(await exitCodeFrom(main));

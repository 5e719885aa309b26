// The command line of `npm run scripts`.
import { parseArgs } from 'node:util';
import { Usage } from './trouble.mjs';

const DEFAULT_CALLS = 1000;
const MOST_CALLS = 1_000_000;

/**
 * @typedef {object} Options
 * @property {string} command
 * @property {string | undefined} script
 * @property {[string, string][]} values `name=value`, in the order given
 * @property {string} url of the Redis
 * @property {string | undefined} of
 * @property {string[]} metrics where services answer
 * @property {number} calls
 * @property {boolean} yes
 * @property {boolean} json
 */

/** Which commands there are; those with `true` are about one script. */
const COMMANDS = new Map([
  ['list', false],
  ['verify', false],
  ['load', false],
  ['time', true],
  ['run', true],
  ['kill', false],
]);

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Options | 'help'}
 * @throws {Usage}
 */
export function parseOptions(args, env = process.env) {
  const { values, positionals } = parse(args);
  if (values.help || positionals[0] === 'help') return 'help';
  const [command, ...rest] = positionals;
  if (command === undefined) throw new Usage(`Which command? One of ${[...COMMANDS.keys()].join(', ')}.`);
  const isAboutOne = COMMANDS.get(command);
  if (isAboutOne === undefined) {
    throw new Usage(`There is no command "${command}"; there are ${[...COMMANDS.keys()].join(', ')}.`);
  }
  const script = isAboutOne ? rest.shift() : undefined;
  if (isAboutOne && script === undefined) throw new Usage(`Which script? \`npm run scripts -- list\` names them.`);
  if (!isAboutOne && rest.length > 0) throw new Usage(`"${rest[0]}" is too much: ${command} takes options only.`);
  return {
    command,
    script,
    values: rest.map(pair),
    url: values.redis ?? redisUrl(env),
    of: values.of,
    metrics: metricsUrls(values.metrics, env),
    calls: callCount(values.calls),
    yes: values.yes ?? false,
    json: values.json ?? false,
  };
}

/** What the services are given, else what `npm start` runs. @param {NodeJS.ProcessEnv} env */
function redisUrl(env) {
  return env['FANFARE_REDIS_URL']?.trim() || `redis://127.0.0.1:${env['FANFARE_REDIS_PORT'] || 6390}`;
}

/** @param {string | undefined} given @param {NodeJS.ProcessEnv} env */
function metricsUrls(given, env) {
  if (given !== undefined) return given.split(',').flatMap((url) => (url.trim() ? [serviceUrl(url.trim())] : []));
  const ports = ['API_PORT', 'GATEWAY_PORT', 'WORKER_PORT', 'PRESENCE_PORT', 'MEMBERSHIP_PORT'];
  return ports.map((name, index) => `http://127.0.0.1:${env[name] || 3000 + index}`);
}

/** @param {string} text */
function serviceUrl(text) {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '');
  throw new Usage(`--metrics has "${text}", which is no address of a service; one is http://127.0.0.1:3000`);
}

/** @param {string | undefined} text */
function callCount(text = String(DEFAULT_CALLS)) {
  const count = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > MOST_CALLS) throw new Usage(`--calls is "${text}"; it is a number from 1 to ${MOST_CALLS}.`);
  return count;
}

/** @param {string} text @returns {[string, string]} */
function pair(text) {
  const at = text.indexOf('=');
  if (at < 1) throw new Usage(`"${text}" is not name=value.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        redis: { type: 'string' },
        of: { type: 'string' },
        metrics: { type: 'string' },
        calls: { type: 'string', short: 'n' },
        yes: { type: 'boolean', short: 'y' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    // The rest of what it says is about positional arguments that begin with a dash; there are none.
    throw new Usage(String(error instanceof Error ? error.message : error).replace(/\. To specify.*$/s, '.'));
  }
}

export const help = () => `npm run scripts -- <command> [options]

  list               every script: SHA-1, whether each primary has it loaded, and how often and how long services called it
  verify             the wrappers are what the sources make, the SHA-1s are right, and Redis takes every script
  load               loads every script on every primary (services do that themselves; this is for looking and warming up)
  time <script> …    calls one script many times and tells the median and p99
  run <script> …     calls one script and shows its reply
  kill               ends a script that keeps a primary busy, if it has written nothing (SCRIPT KILL)

Keys and arguments of time and run are given as name=value, by the names that docs/lua.md has; a name that is both is
key:name=value or arg:name=value, one of an item is repeated for each item. What a script needs is told where it lacks.

  npm run scripts -- run user/info --of user:alice user=alice
  npm run scripts -- time timeline/page --of group:eng after=0 before=0 until=0 floor=0 limit=50 maxBytes=65536

  --redis <url>      the Redis (FANFARE_REDIS_URL, or that of npm start: redis://127.0.0.1:6390)
  --of <owner>       fills in the keys that belong to user:<id>, group:<id>, all or jobs (FANFARE_APP, FANFARE_PARTITIONS)
  --calls, -n <n>    calls of time (${DEFAULT_CALLS})
  --yes, -y          run and time: also a script that writes
  --metrics <urls>   list: services to ask, separated by commas (those of npm start); '' for none
  --json             print JSON
  --help, -h         this text

Exit codes: 0 done, 1 it did not work, 2 it made no sense.
`;

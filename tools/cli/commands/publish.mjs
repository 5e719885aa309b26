// `fanfare publish`
import { InvalidArgumentError, Option } from 'commander';
import { acting, count, examples, list, subcommand, time } from '../command.mjs';
import { Usage } from '../endings.mjs';
import { payloadOf } from '../payload.mjs';

/** @param {import('commander').Command} program */
export function addPublish(program) {
  const command = subcommand(program, 'publish', 'send a message')
    .argument('<payload>', 'JSON, or a text; - for what stdin says')
    .option('--user <id>', 'to this user')
    .option('--users <ids>', 'to these users, by comma', list)
    .option('--group <id>', 'to the members of this group')
    .option('--all', 'to everyone, those who are offline included')
    .option('--online', 'to everyone online; nothing is kept')
    .option('--where <json>', 'of the group, or of all, only those whose attributes fit', json)
    .option('--text', 'the payload is a text, even if it could be JSON')
    .option('--type <type>', "the application's type of the message")
    .addOption(new Option('--priority <priority>').choices(['urgent', 'high', 'normal', 'bulk']))
    .option('--ttl <seconds>', 'not delivered after this', count)
    .option('--at <time>', 'when to send it: ms since 1970, or 2030-01-31T08:00:00Z', time)
    .option('--from <user>', 'who sends it')
    .option('--ephemeral', 'only to those online now; nothing is kept')
    .option('--idempotency-key <key>', 'the same key sends it once')
    .addOption(new Option('--durability <how>', 'when it is answered').choices(['stored', 'replicated']))
    .option('--dry-run', 'only tell how many it would be for')
    .action(
      acting(async ({ fanfare, output, options }, given) => {
        const to = audienceOf(options);
        const message = { to, payload: await payloadOf(given, options.text), ...fieldsOf(options) };
        if (options.dryRun) return output.document({ reach: await fanfare.reach(message) });
        output.document(await fanfare.publish(message));
      }),
    );
  examples(
    command,
    'fanfare publish --user alice hello',
    `fanfare publish --group eng --from bob '{"text":"stand-up"}'`,
    `fanfare publish --all --where '{"plan":"pro"}' --dry-run 'for some'`,
    'git log -1 --format=%s | fanfare publish --group eng --text -',
  );
}

/**
 * @param {any} options
 * @returns {any}
 */
function audienceOf({ user, users, group, all, online, where }) {
  const filter = where === undefined ? {} : { where };
  const audiences = [
    user !== undefined && { user },
    users !== undefined && { users },
    group !== undefined && { group, ...filter },
    all && { all: true, ...filter },
    online && { online: true },
  ].filter(Boolean);
  if (audiences.length === 1 && (where === undefined || group !== undefined || all)) return audiences[0];
  if (audiences.length === 1) throw new Usage('--where goes with --group or --all.');
  throw new Usage('To whom? Say one of --user, --users, --group, --all and --online.');
}

/** @param {any} options */
function fieldsOf({ type, priority, ttl, at, from, ephemeral, idempotencyKey, durability }) {
  const fields = { type, priority, ttlSeconds: ttl, deliverAt: at, from, ephemeral, idempotencyKey, durability };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** @param {string} text */
function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('It has to be JSON.');
  }
}

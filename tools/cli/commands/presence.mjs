// `fanfare presence …`
import { acting, pageFor, subcommand, withLimit } from '../command.mjs';

/** @param {import('commander').Command} program */
export function addPresence(program) {
  const presence = program.command('presence').description('who is online');

  withLimit(subcommand(presence, 'online', 'users who are online')).action(
    acting(({ fanfare, output, options: { limit } }) =>
      output.list(fanfare.presence.onlineAll({ limit: pageFor(limit) }), ['id', 'since'], limit),
    ),
  );

  subcommand(presence, 'query <users...>', 'whether these users are online').action(
    acting(async ({ fanfare, output }, users) => {
      const found = Object.entries(await fanfare.presence.query(users)).map(([id, state]) => ({ id, ...state }));
      return output.list(stream(found), ['id', 'online', 'since', 'lastSeen', 'devices'], found.length);
    }),
  );
}

/** @param {readonly object[]} items */
async function* stream(items) {
  yield* items;
}

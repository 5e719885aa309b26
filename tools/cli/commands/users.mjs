// `fanfare users …`
import { acting, examples, INBOX_PAGE, list, offset, pageFor, subcommand, withLimit } from '../command.mjs';
import { Usage } from '../endings.mjs';

/** @param {import('commander').Command} program */
export function addUsers(program) {
  const users = program.command('users').description('who is known, and what they have read');

  withLimit(subcommand(users, 'list', 'users who are known, in no order'))
    .option('--prefix <text>', 'only those whose id begins with it')
    .action(
      acting(({ fanfare, output, options: { prefix, limit } }) => {
        const found = fanfare.users.all({ limit: pageFor(limit), ...(prefix === undefined ? {} : { prefix }) });
        return output.list(found, ['id', 'knownSince'], limit);
      }),
    );

  subcommand(users, 'get <user>', 'attributes, presence and counts of a user').action(
    acting(async ({ fanfare, output }, user) => output.document(await fanfare.users.get(user))),
  );

  withLimit(subcommand(users, 'inbox <user>', 'what the user may read, newest first'))
    .option('--timeline <name>', '* for all merged, user:<id>, group:<id> or all', '*')
    .option('--unread', 'only what was not read')
    .action(
      acting(({ fanfare, output, options: { timeline, unread = false, limit } }, user) => {
        const found = fanfare.users.inboxAll(user, { timeline, unread, limit: pageFor(limit, INBOX_PAGE) });
        return output.list(found, INBOX_COLUMNS, limit);
      }),
    );

  subcommand(users, 'unread <user>', 'how many messages the user has not read').action(
    acting(async ({ fanfare, output }, user) => output.document(await fanfare.users.unread(user))),
  );

  addRead(users);

  subcommand(users, 'disconnect <user>', 'close the sessions of a user')
    .option('--device <id>', 'only those of this device')
    .action(
      acting(async ({ fanfare, output, options: { device } }, user) => {
        await fanfare.users.disconnect(user, device === undefined ? {} : { device });
        output.done(`${user} is disconnected`, { user, disconnected: true });
      }),
    );

  subcommand(users, 'erase <user>', 'erase everything that is kept of a user')
    .option('--yes', 'it can not be undone, so it has to be said')
    .action(
      acting(async ({ fanfare, output, options: { yes } }, user) => {
        if (!yes) throw new Usage('Erasing a user can not be undone: say it with --yes.');
        await fanfare.users.delete(user);
        output.done(`${user} is erased`, { user, erased: true });
      }),
    );
}

const INBOX_COLUMNS = ['timeline', 'offset', 'read', 'message.at', 'message.type', 'message.payload', 'message.id'];

/** @param {import('commander').Command} users */
function addRead(users) {
  const command = subcommand(users, 'read <user>', 'mark as read')
    .option('--everything', 'all that there is')
    .option('--timeline <name>', 'of this timeline; user:<id> by default')
    .option('--up-to <offset>', 'everything up to it', offset)
    .option('--offsets <list>', 'these alone, by comma', (text) => list(text).map(offset))
    .action(
      acting(async ({ fanfare, output, options }, user) =>
        output.document(await fanfare.users.read(user, whatIsRead(user, options))),
      ),
    );
  examples(command, 'fanfare users read alice --everything', 'fanfare users read alice --timeline group:eng --up-to 7');
}

/**
 * @param {string} user
 * @param {any} options
 * @returns {import('@fanfare/server').ReadRequest}
 */
function whatIsRead(user, { everything, timeline = `user:${user}`, upTo, offsets }) {
  const ways = [everything, upTo !== undefined, offsets !== undefined].filter(Boolean);
  if (ways.length !== 1) throw new Usage('What was read? Say one of --everything, --up-to and --offsets.');
  if (everything) return { everything: true };
  return upTo === undefined ? { timeline, offsets } : { timeline, upTo };
}

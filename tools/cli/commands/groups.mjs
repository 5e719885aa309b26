// `fanfare groups …`
import { acting, pageFor, subcommand, withLimit } from '../command.mjs';

/** @param {import('commander').Command} program */
export function addGroups(program) {
  const groups = program.command('groups').description('groups and who is in them');

  subcommand(groups, 'get <group>', 'how many are in it, and what was sent to it').action(
    acting(async ({ fanfare, output }, group) => output.document(await fanfare.groups.get(group))),
  );

  withLimit(subcommand(groups, 'members <group>', 'who is in it, in the order of joining')).action(
    acting(({ fanfare, output, options: { limit } }, group) =>
      output.list(fanfare.groups.membersAll(group, { limit: pageFor(limit) }), ['user', 'joinedAt'], limit),
    ),
  );

  subcommand(groups, 'join <group> <users...>', 'make users members; the first one makes the group').action(
    acting(async ({ fanfare, output }, group, users) =>
      output.document(await fanfare.groups.change(group, { add: users })),
    ),
  );

  subcommand(groups, 'leave <group> <users...>', 'users are members no more').action(
    acting(async ({ fanfare, output }, group, users) =>
      output.document(await fanfare.groups.change(group, { remove: users })),
    ),
  );

  withLimit(subcommand(groups, 'presence <group>', 'members who are online')).action(
    acting(({ fanfare, output, options: { limit } }, group) =>
      output.list(fanfare.groups.presenceAll(group, { limit: pageFor(limit) }), ['id', 'since'], limit),
    ),
  );
}

// The command line, of its commands.
import { Command } from 'commander';
import { examples, withConnection } from './command.mjs';
import { addDeadLetters, addJobs } from './commands/jobs.mjs';
import { addGroups } from './commands/groups.mjs';
import { addMessages } from './commands/messages.mjs';
import { addPresence } from './commands/presence.mjs';
import { addPublish } from './commands/publish.mjs';
import { addScripts } from './commands/scripts.mjs';
import { addTail } from './commands/tail.mjs';
import { addToken } from './commands/token.mjs';
import { addUsers } from './commands/users.mjs';

const parts = [
  ...[addPublish, addTail, addUsers, addGroups, addPresence, addMessages],
  ...[addJobs, addDeadLetters, addToken, addScripts],
];

/** @returns {Command} */
export function makeProgram() {
  const program = new Command('fanfare')
    .description('Publishes with Fanfare, and shows what goes on in it.')
    .exitOverride() // the exit codes are ours
    .enablePositionalOptions()
    .showSuggestionAfterError();
  withConnection(program);
  for (const add of parts) add(program);
  program.addHelpText('after', '\nExit codes: 0 done, 1 refused by Fanfare, 2 wrong usage, 3 not reached.');
  return examples(
    program,
    `fanfare publish --user alice '{"text":"hello"}'`,
    'fanfare tail --user alice',
    'fanfare users list --prefix al --json',
  );
}

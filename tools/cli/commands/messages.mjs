// `fanfare messages …`
import { acting, pageFor, subcommand, time, withLimit } from '../command.mjs';

const COLUMNS = ['at', 'to', 'type', 'state', 'offset', 'id'];

/** @param {import('commander').Command} program */
export function addMessages(program) {
  const messages = program.command('messages').description('the publish log; taking back');

  withLimit(subcommand(messages, 'log', 'what was accepted lately, newest first'))
    .option('--after <time>', 'only what was accepted after it: ms since 1970, or 2030-01-31T08:00:00Z', time)
    .action(
      acting(({ fanfare, output, options: { after, limit } }) => {
        const page = { limit: pageFor(limit), ...(after === undefined ? {} : { after }) };
        return output.list(fanfare.messages.logAll(page), COLUMNS, limit);
      }),
    );

  subcommand(messages, 'get <id>', 'how far a message is that is a job').action(
    acting(async ({ fanfare, output }, id) => output.document(await fanfare.message(id))),
  );

  subcommand(messages, 'cancel <id>', 'do not send a scheduled message').action(
    acting(async ({ fanfare, output }, id) => {
      await fanfare.cancel(id);
      output.done(`${id} is cancelled`, { id, cancelled: true });
    }),
  );

  subcommand(messages, 'retract <id>', 'take back a message that was published')
    .requiredOption('--timeline <name>', 'where it was published: user:<id>, group:<id> or all')
    .action(
      acting(async ({ fanfare, output, options: { timeline } }, id) => {
        await fanfare.retract(id, timeline);
        output.done(`${id} is retracted from ${timeline}`, { id, timeline, retracted: true });
      }),
    );
}

// `fanfare tail`, and `npm run tail`: a small client for trying things out. It keeps its positions in memory only, and with
// --device the server keeps them too.
import { Option } from 'commander';
import { examples, subcommand } from '../command.mjs';
import { connectionOf } from '../connection.mjs';
import { Printer } from '../printer.mjs';
import { Tail } from '../tail-loop.mjs';

/** @param {import('commander').Command} program */
export function addTail(program) {
  const command = subcommand(
    program,
    'tail',
    'show what reaches a user as it arrives, what was missed first; Ctrl-C ends',
  )
    .requiredOption('-u, --user <id>', 'whose messages')
    .option(
      '-d, --device <id>',
      "as one of the user's devices: what it acknowledged is not sent again next time; without it, all that is unread comes (the newest 100 of each timeline)",
    )
    .option('--no-ack', 'acknowledge nothing')
    .addOption(new Option('--api <url>', 'as --url').hideHelp())
    .action(async (_, /** @type {import('commander').Command} */ self) => {
      const { user, device, ack, json = false, api, url = api, key } = self.optsWithGlobals();
      const connection = connectionOf({ url, key });
      await follow({ user, device, ack, json, api: connection.url, key: connection.key });
    });
  command.addHelpText('after', '\nMessages go to stdout, all else to stderr. With --json each event is one line.');
  examples(command, 'fanfare tail --user alice', 'fanfare tail -u alice -d phone --json');
}

/** @param {import('../tail-loop.mjs').TailOptions} options */
async function follow(options) {
  const tail = new Tail(options, new Printer(options));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => tail.end());
  process.stdout.removeAllListeners('error').on('error', () => tail.end()); // whoever read our output has gone
  await tail.run();
}

// `fanfare token`
import { acting, count, examples, subcommand } from '../command.mjs';

/** @param {import('commander').Command} program */
export function addToken(program) {
  const command = subcommand(program, 'token <user>', 'a token with which a device of a user connects')
    .option('--device <id>', 'the only device that may use it')
    .option('--ttl <seconds>', 'how long it holds (3600)', count)
    .action(
      acting(async ({ fanfare, output, options: { device, ttl } }, user) => {
        const more = { ...(device === undefined ? {} : { device }), ...(ttl === undefined ? {} : { ttlSeconds: ttl }) };
        output.document(await fanfare.tokens.create({ user, ...more }));
      }),
    );
  examples(command, 'fanfare token alice --device phone --json');
}

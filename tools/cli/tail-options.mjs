// The command line of `npm run tail`.
import { parseArgs } from 'node:util';
import { Fatal } from './token.mjs';

/**
 * @typedef {object} TailOptions
 * @property {string} user
 * @property {string | undefined} device
 * @property {string} api
 * @property {string} key
 * @property {boolean} ack
 * @property {boolean} json
 */

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {TailOptions | 'help'}
 * @throws {Fatal} when it makes no sense
 */
export function parseOptions(args, env = process.env) {
  const values = parse(args);
  if (values.help) return 'help';
  if (!values.user) throw new Fatal('Whose messages? Say --user alice. (--help tells more)');
  return {
    user: values.user,
    device: values.device,
    api: apiUrl(values.api ?? `http://127.0.0.1:${env['API_PORT'] || 3000}`),
    key: values.key ?? (env['FANFARE_ADMIN_KEY'] || 'fanfare-dev-key'),
    ack: values.ack ?? true,
    json: values.json ?? false,
  };
}

/** @param {string} text */
function apiUrl(text) {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) {
    throw new Fatal(`--api is "${text}", which is no address; one is http://127.0.0.1:3000`);
  }
  return text.replace(/\/+$/, '');
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      allowNegative: true,
      options: {
        user: { type: 'string', short: 'u' },
        device: { type: 'string', short: 'd' },
        api: { type: 'string' },
        key: { type: 'string' },
        ack: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new Fatal(`${error instanceof Error ? error.message : error} (--help tells more)`);
  }
}

export const help = () => `npm run tail -- --user alice [--device phone]

Shows the messages that reach a user as they arrive, those missed before first. Ctrl-C ends it.

  --user, -u <id>    whose messages
  --device, -d <id>  as one of the user's devices: what it acknowledged is not sent again next time;
                     without it, all that is unread comes (the newest 100 of each timeline)
  --api <url>        address of the API (http://127.0.0.1:3000, or the port in API_PORT)
  --key <key>        key of the API (FANFARE_ADMIN_KEY, or fanfare-dev-key)
  --no-ack           acknowledge nothing
  --json             print each event as one line of JSON
  --help, -h         this text

Messages go to stdout, all else to stderr.
`;

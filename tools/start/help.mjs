// The text of `npm start -- --help`.
import { DEVELOPMENT_KEY } from './settings.mjs';
import { services } from './services.mjs';

export function help() {
  const ports = services.map(({ name, portEnv, defaultPort }) => line(portEnv, `port of ${name} (${defaultPort})`));
  return `npm start

Installs what is missing, finds or fetches a Redis server, builds what is stale, starts Redis and all services on this
machine only, waits for each, and prints "Fanfare is ready". Ctrl-C ends everything.

Environment:
${[
  line('FANFARE_REDIS_URL', 'a Redis of yours; without it one is started, with its data in .fanfare/data'),
  line('FANFARE_REDIS_PORT', 'port of the Redis that is started (6390)'),
  ...ports,
  line('FANFARE_ADMIN_KEY', `the key for the HTTP API (${DEVELOPMENT_KEY})`),
  line('FANFARE_TOKEN_SECRET', 'signs the tokens of users (made once, kept in .fanfare/token-secret)'),
  line('FANFARE_DEMO', 'whether /demo is served (true with the development key on this machine only)'),
  line('FANFARE_HOST', 'address that the services listen on (127.0.0.1)'),
].join('\n')}

All other settings reach the services as they are. Their logs are in .fanfare/logs; warnings are shown here too.
To start anew, remove .fanfare/data.
`;
}

/**
 * @param {string} name
 * @param {string} text
 */
const line = (name, text) => `  ${name.padEnd(22)}${text}`;

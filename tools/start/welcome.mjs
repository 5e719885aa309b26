// What is shown when everything runs: where it is, and how to see a first message arrive.
import { DEVELOPMENT_KEY, portOf } from './settings.mjs';

const MESSAGE = { to: { user: 'alice' }, payload: { text: 'Hello, Alice' } };

/**
 * @param {import('./settings.mjs').Settings} settings
 * @returns {string}
 */
export function welcome(settings) {
  const api = `http://${settings.reachableAt}:${portOf(settings, 'api')}`;
  const gateway = `ws://${settings.reachableAt}:${portOf(settings, 'push-gateway')}/v1/connect`;
  const redis = settings.redisUrl ? 'the one of FANFARE_REDIS_URL' : `redis://127.0.0.1:${settings.redisPort.port}`;
  return `Fanfare is ready

  Console          ${api}/console/
${settings.hasDemo ? `  Demo             ${api}/demo/\n` : ''}  API              ${api}
  API reference    ${api}/docs
  Gateway          ${gateway}
  Redis            ${redis}
  Development key  ${settings.adminKey}
  Logs             .fanfare/logs

See what reaches alice, in a second terminal:

  ${tailCommand(settings, api)}

Send her a message, from a third:

  ${curlCommand(settings, api)}

Ctrl-C ends everything.
`;
}

/**
 * @param {import('./settings.mjs').Settings} settings
 * @param {string} api
 */
function curlCommand({ adminKey }, api) {
  const headers = [`Authorization: Bearer ${adminKey}`, 'Content-Type: application/json'];
  const flags = headers.map((header) => `-H ${quoted(header)}`).join(' ');
  return `curl -i ${api}/v1/messages ${flags} -d ${quoted(JSON.stringify(MESSAGE))}`;
}

/**
 * Only what differs from the defaults of `tail` is named.
 * @param {import('./settings.mjs').Settings} settings
 * @param {string} api
 */
function tailCommand({ adminKey }, api) {
  const flags = [
    ...(api === 'http://127.0.0.1:3000' ? [] : ['--api', api]),
    ...(adminKey === DEVELOPMENT_KEY ? [] : ['--key', quoted(adminKey)]),
  ];
  return ['npm run tail -- --user alice', ...flags].join(' ');
}

/**
 * For pasting into a shell.
 * @param {string} text
 */
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

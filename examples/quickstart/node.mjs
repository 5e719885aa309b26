// Publishes to a user and to a group, and reads how much the user has not read. Needs Node 20 or newer and no package;
// @fanfare/server does the same with types (docs/server.md).
//
//   FANFARE_URL=http://127.0.0.1:3000 FANFARE_KEY=fanfare-dev-key node node.mjs
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

const {
  FANFARE_URL: url,
  FANFARE_KEY: key,
  QUICKSTART_USER: user = 'alice',
  QUICKSTART_GROUP: group = 'eng',
} = process.env;
if (!url || !key) throw new Error('Set FANFARE_URL and FANFARE_KEY');

/** Attempts for what fails in passing. */
const ATTEMPTS = 5;

async function call(method, path, body, headers = {}) {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await fetch(`${url}/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    }).catch((error) => error);
    if (answer.ok) return answer.json();
    const isPassing = answer instanceof Error || [429, 502, 503, 504].includes(answer.status);
    if (!isPassing || attempt === ATTEMPTS) throw answer instanceof Error ? answer : new Error(await answer.text());
    const jitterMs = Math.random() * 200 * 2 ** attempt;
    await pause(Number(answer.headers?.get('retry-after') ?? 0) * 1000 + jitterMs);
  }
}

/** The key is made once for a message: sent twice with it, it is delivered once. */
function publish(to, payload) {
  return call('POST', '/messages', { to, payload }, { 'idempotency-key': randomUUID() });
}

console.log(JSON.stringify(await publish({ user }, { text: 'Hello from Node' })));
await call('PUT', `/groups/${encodeURIComponent(group)}/members/${encodeURIComponent(user)}`);
console.log(JSON.stringify(await publish({ group }, { text: 'Hello, everyone' })));
console.log(JSON.stringify(await call('GET', `/users/${encodeURIComponent(user)}/unread`)));

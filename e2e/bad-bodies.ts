// Bodies that do not fit the schema of their endpoint, for every endpoint of the HTTP API that takes one.
import type { CallOptions } from '@fanfare/testing';

export interface Case {
  readonly what: string;
  readonly call: readonly [method: string, path: string, options?: CallOptions];
  readonly status: number;
  readonly code: string;
}

const to = { user: 'nobody' };
const long = 'x'.repeat(129);

const invalid = (what: string, method: string, path: string, ...bodies: unknown[]): Case[] =>
  bodies.map((body) => ({
    what: `${what}: ${method} ${path} ${JSON.stringify(body)?.slice(0, 80)}`,
    call: [method, path, { body }],
    status: 422,
    code: 'invalid',
  }));

const notObjects = [null, [], 'text', 1, true];
const badIds = ['', long, 'ü'.repeat(65), 'a\nb', 'a\u0000b', '\u007f', 1, null, {}, ['a']];

export const badBodies: Case[] = [
  ...invalid('no object', 'POST', '/v1/messages', ...notObjects),
  ...invalid('fields missing', 'POST', '/v1/messages', {}, { to }, { payload: 1 }),
  ...invalid('a field nobody knows', 'POST', '/v1/messages', { to, payload: 1, colour: 'red' }),
  ...invalid('a field of later', 'POST', '/v1/messages', { to, payload: 1, receipts: true }),
  ...invalid(
    'no audience',
    'POST',
    '/v1/messages',
    ...[{}, null, 'alice', [], 1, { user: 'a', group: 'b' }].map((bad) => ({ to: bad, payload: 1 })),
  ),
  ...invalid(
    'no audience',
    'POST',
    '/v1/messages',
    ...[{ all: false }, { online: 1 }, { nobody: true }, { user: 'a', x: 1 }].map((bad) => ({ to: bad, payload: 1 })),
  ),
  ...invalid(
    'a bad filter',
    'POST',
    '/v1/messages',
    ...[{}, 7, { a: [] }, { a: { like: 'x' } }, { any: {} }, { a: { gt: true } }].map((where) => ({
      to: { all: true, where },
      payload: 1,
    })),
    { to: { user: 'a', where: { a: 1 } }, payload: 1 },
    { to: { group: 'g', where: { a: 1 } }, payload: 1, ephemeral: true },
    { to, payload: 1, dryRun: 'yes' },
  ),
  ...invalid('a bad id', 'POST', '/v1/messages', ...badIds.map((user) => ({ to: { user }, payload: 1 }))),
  ...invalid('a bad id', 'POST', '/v1/messages', ...badIds.map((group) => ({ to: { group }, payload: 1 }))),
  ...invalid('a bad id', 'POST', '/v1/messages', ...badIds.map((from) => ({ to, payload: 1, from }))),
  ...invalid(
    'a bad type',
    'POST',
    '/v1/messages',
    ...['', 1, null, {}, 'x'.repeat(10_000)].map((type) => ({ to, payload: 1, type })),
  ),
  ...invalid(
    'a bad priority',
    'POST',
    '/v1/messages',
    ...['', 'URGENT', 1, null].map((priority) => ({ to, payload: 1, priority })),
  ),
  ...invalid(
    'a bad durability',
    'POST',
    '/v1/messages',
    ...['', 'REPLICATED', true, null].map((durability) => ({ to, payload: 1, durability })),
  ),
  ...invalid(
    'a bad ttl',
    'POST',
    '/v1/messages',
    ...[0, -1, 1.5, '60', null, 1e300, 90 * 86_400 + 1].map((ttlSeconds) => ({ to, payload: 1, ttlSeconds })),
  ),
  ...invalid(
    'a bad flag',
    'POST',
    '/v1/messages',
    ...['true', 1, null].map((ephemeral) => ({ to, payload: 1, ephemeral })),
  ),
  ...invalid(
    'a bad key',
    'POST',
    '/v1/messages',
    ...['', 1, null, 'x'.repeat(10_000)].map((idempotencyKey) => ({ to, payload: 1, idempotencyKey })),
  ),
  ...invalid(
    'a bad time of a key',
    'POST',
    '/v1/messages',
    ...[0, -1, 1.5, '1', 86_401].map((idempotencySeconds) => ({ to, payload: 1, idempotencySeconds })),
  ),
  ...invalid('no object', 'POST', '/v1/messages/batch', ...notObjects),
  ...invalid(
    'no list',
    'POST',
    '/v1/messages/batch',
    {},
    { messages: {} },
    { messages: null },
    { messages: [] },
    { messages: [{ to, payload: 1 }], x: 1 },
  ),
  ...invalid('too many', 'POST', '/v1/messages/batch', {
    messages: Array.from({ length: 1001 }, () => ({ to, payload: 1 })),
  }),
  ...invalid('no object', 'PUT', '/v1/users/nobody', ...notObjects),
  ...invalid(
    'bad attributes',
    'PUT',
    '/v1/users/nobody',
    { attributes: [] },
    { attributes: 'x' },
    { attributes: { a: {} } },
    { x: 1 },
  ),
  ...invalid('too many attributes', 'PUT', '/v1/users/nobody', {
    attributes: Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`a${i}`, i])),
  }),
  ...invalid('no object', 'POST', '/v1/users/nobody/read', ...notObjects),
  ...invalid(
    'nothing to read',
    'POST',
    '/v1/users/nobody/read',
    {},
    { everything: false },
    { timeline: 'all' },
    { upTo: 1 },
    { everything: true, upTo: 1 },
  ),
  ...invalid(
    'a bad timeline',
    'POST',
    '/v1/users/nobody/read',
    ...['', 'x', 'user:', 'topic:x', '*', 1, null].map((timeline) => ({ timeline, upTo: 1 })),
  ),
  ...invalid(
    'a bad offset',
    'POST',
    '/v1/users/nobody/read',
    ...[-1, 1.5, '1', null, 2 ** 53 + 2].map((upTo) => ({ timeline: 'all', upTo })),
  ),
  ...invalid(
    'bad offsets',
    'POST',
    '/v1/users/nobody/read',
    ...[[], [0], [1.5], ['1'], 1, Array.from({ length: 100_000 }, (_, i) => i + 1)].map((offsets) => ({
      timeline: 'all',
      offsets,
    })),
  ),
  ...invalid('no object', 'PUT', '/v1/groups/nothing', [], 'x', 1),
  ...invalid(
    'a bad retention',
    'PUT',
    '/v1/groups/nothing',
    { retention: 1 },
    { retention: { messages: 0 } },
    { retention: { years: 1 } },
    { x: 1 },
  ),
  ...invalid('no object', 'POST', '/v1/groups/nothing/members', ...notObjects),
  ...invalid(
    'nobody',
    'POST',
    '/v1/groups/nothing/members',
    {},
    { add: [] },
    { add: [], remove: [] },
    { add: 'alice' },
    { add: null },
    { invite: ['a'] },
  ),
  ...invalid('a bad id', 'POST', '/v1/groups/nothing/members', ...badIds.map((id) => ({ add: ['fine', id] }))),
  ...invalid('too many', 'POST', '/v1/groups/nothing/members', {
    add: Array.from({ length: 10_001 }, (_, i) => `u${i}`),
  }),
  ...invalid('no object', 'POST', '/v1/tokens', ...notObjects),
  ...invalid('nobody', 'POST', '/v1/tokens', {}, ...badIds.map((user) => ({ user })), { user: 'nobody', x: 1 }),
  ...invalid('a bad device', 'POST', '/v1/tokens', ...badIds.map((device) => ({ user: 'nobody', device }))),
  ...invalid(
    'a bad ttl',
    'POST',
    '/v1/tokens',
    ...[0, -1, 1.5, '60', 1e300].map((ttlSeconds) => ({ user: 'nobody', ttlSeconds })),
  ),
  ...invalid('no object', 'POST', '/v1/presence/query', ...notObjects),
  ...invalid(
    'nobody',
    'POST',
    '/v1/presence/query',
    {},
    { users: [] },
    { users: 'a' },
    { users: [1] },
    { users: ['a'], x: 1 },
  ),
  ...invalid('too many', 'POST', '/v1/presence/query', { users: Array.from({ length: 1001 }, (_, i) => `u${i}`) }),
];

import { curlOf } from './curl';
import { emptyForm } from './form-values';
import { requestOf } from './request';

const values = { ...emptyForm, user: 'alice', payload: '{"a": 1}' };

test('fields that were left alone are left out', () => {
  expect(requestOf(values)).toEqual({ to: { user: 'alice' }, payload: { a: 1 } });
});

test('fields that were filled in are in it', () => {
  const filled = { type: 't', priority: 'bulk', ttlSeconds: '60', ephemeral: true, from: 'bob' } as const;
  expect(requestOf({ ...values, ...filled, deliverAt: '2026-11-21T13:00' })).toEqual({
    ...{ to: { user: 'alice' }, payload: { a: 1 }, type: 't', priority: 'bulk', ttlSeconds: 60 },
    ...{ ephemeral: true, from: 'bob', deliverAt: new Date(2026, 10, 21, 13).getTime() },
  });
});

test.each([
  [{ audience: 'users', users: 'a\nb' }, { users: ['a', 'b'] }],
  [
    { audience: 'group', group: 'eng', where: '{"x": 1}' },
    { group: 'eng', where: { x: 1 } },
  ],
  [{ audience: 'group', group: 'eng', where: '  ' }, { group: 'eng' }],
  [
    { audience: 'all', where: '{"x": 1}' },
    { all: true, where: { x: 1 } },
  ],
  [{ audience: 'online', where: '{"x": 1}' }, { online: true }],
] as const)('%# the audience is as the api takes it', (audience, to) => {
  expect(requestOf({ ...values, ...audience })).toMatchObject({ to });
});

test('the curl command survives quotes, and holds no key', () => {
  const command = curlOf('http://127.0.0.1:3000', { to: { user: "o'neill" }, payload: '$HOME `id`' });
  expect(command).toContain(`-d '{"to":{"user":"o'\\''neill"},"payload":"$HOME \`id\`"}'`);
  expect(command).toContain('Bearer $FANFARE_API_KEY');
});

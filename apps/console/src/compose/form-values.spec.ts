import { emptyForm, formSchema, type FormValues, listed } from './form-values';

/** Which fields are refused. */
function refused(values: Partial<FormValues>): string[] {
  const { error } = formSchema.safeParse({ ...emptyForm, user: 'alice', ...values });
  return error?.issues.map(({ path }) => path.join('.')) ?? [];
}

test('a form with an audience and a payload passes', () => {
  expect(refused({})).toEqual([]);
  expect(refused({ audience: 'users', users: 'a, b' })).toEqual([]);
  expect(refused({ audience: 'group', group: 'eng', where: '{"plan": "pro"}' })).toEqual([]);
  expect(refused({ audience: 'all', payload: 'null' })).toEqual([]);
  expect(refused({ audience: 'online', user: '' })).toEqual([]);
});

test.each([
  [{ user: '' }, 'user'],
  [{ audience: 'group' }, 'group'],
  [{ audience: 'users', users: ' ,\n' }, 'users'],
  [{ audience: 'users', users: 'a,'.repeat(100_001) }, 'users'],
  [{ audience: 'all', where: '{"plan": ' }, 'where'],
  [{ audience: 'all', where: '["pro"]' }, 'where'],
  [{ payload: '' }, 'payload'],
  [{ payload: '{"a": }' }, 'payload'],
  [{ payload: JSON.stringify('é'.repeat(33_000)) }, 'payload'],
  [{ ttlSeconds: '0' }, 'ttlSeconds'],
  [{ ttlSeconds: '1.5' }, 'ttlSeconds'],
  [{ ttlSeconds: '7776001' }, 'ttlSeconds'],
] as const)('%# refuses what the api would', (values, field) => {
  expect(refused(values)).toEqual([field]);
});

test('a filter that is hidden, because the audience takes none, is not looked at', () => {
  expect(refused({ audience: 'user', where: 'nonsense' })).toEqual([]);
});

test('users are listed by line or by comma, without the spaces around', () => {
  expect(listed(' alice, bob\n\n carol d \r\n')).toEqual(['alice', 'bob', 'carol d']);
});

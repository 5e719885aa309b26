import { SecretText } from './secret-text.js';

const longer = 'k'.repeat(300);

test.each(['key', 'ключ', 'k'.repeat(256), longer])(
  'a secret is itself, whatever was compared before: %#',
  (secret) => {
    const text = new SecretText(secret);
    for (const other of ['', 'x'.repeat(5000), secret.slice(0, -1)]) {
      expect(text.is(other)).toBe(false);
      expect(text.is(secret)).toBe(true);
    }
  },
);

test.each([
  ['a beginning of it', 'secre'],
  ['it with more behind', 'secrets'],
  ['it with a zero behind, which padding looks like', 'secret\0'],
  ['it in capitals', 'SECRET'],
  ['nothing', ''],
])('is not %s', (_, text) => {
  expect(new SecretText('secret').is(text)).toBe(false);
});

test('what is cut off where there is no room for it still counts', () => {
  const text = new SecretText(longer);
  expect(text.is(`${longer}x`)).toBe(false);
  expect(new SecretText('k'.repeat(256)).is('k'.repeat(257))).toBe(false);
});

test('one that is not whole UTF-8 where it is cut is not the same either', () => {
  const secret = `${'k'.repeat(255)}é`;
  expect(new SecretText(secret).is(`${'k'.repeat(255)}è`)).toBe(false);
});

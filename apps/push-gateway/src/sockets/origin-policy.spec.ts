import { OriginPolicy } from './origin-policy.js';

test('pages of the named origins may connect, others may not', () => {
  const policy = new OriginPolicy(['https://app.example', 'http://localhost:8080']);
  expect(policy.allows('https://app.example')).toBe(true);
  expect(policy.allows('http://localhost:8080')).toBe(true);
  for (const origin of ['https://app.example.evil', 'http://app.example', 'https://APP.example', 'null', '', '*']) {
    expect(policy.allows(origin)).toBe(false);
  }
});

test('whoever sends no origin is no page of a browser', () => {
  expect(new OriginPolicy([]).allows(undefined)).toBe(true);
});

test('a star allows every page', () => {
  expect(new OriginPolicy(['*']).allows('https://anywhere.example')).toBe(true);
});

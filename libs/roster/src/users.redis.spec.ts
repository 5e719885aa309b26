// The registry of users: known from their first mention, with attributes that are replaced as a whole.
import { appendMany, open, redisWorld } from './world.fixture.js';
import type { AttributeValue } from '@fanfare/contracts';
import { Users } from './users.js';

const world = redisWorld();
const users = () => new Users(world.scripts, world.keys, 3_600_000);

test('a user is made once, and attributes are replaced as a whole', async () => {
  await expect(users().put('a', { plan: 'free', age: 3 })).resolves.toEqual({ created: true });
  await expect(users().put('a', { plan: 'pro' })).resolves.toEqual({ created: false });
  const view = await users().get('a');
  expect(view).toMatchObject({ id: 'a', attributes: { plan: 'pro' }, presence: { online: false, devices: 0 } });
  expect(view?.attributes).not.toHaveProperty('age');
  await users().put('a', {});
  expect((await users().get('a'))?.attributes).toEqual({});
});

test('whoever was sent a message or connected is known, too', async () => {
  await appendMany(world, 1, 0, 'sent');
  await open(world, 's1', { user: 'connected' });
  await expect(users().get('sent')).resolves.toMatchObject({ attributes: {}, presence: { online: false } });
  await expect(users().get('connected')).resolves.toMatchObject({ presence: { online: true, devices: 1 } });
  await expect(users().put('sent', {})).resolves.toEqual({ created: false });
});

test('an unknown user is not there', async () => {
  await expect(users().get('nobody')).resolves.toBeUndefined();
});

test('values and names come back as they were given', async () => {
  const attributes: Record<string, AttributeValue> = {
    text: 'ü"\\',
    number: -1.5,
    yes: true,
    nothing: null,
    'a b/{}': '',
  };
  Object.defineProperty(attributes, '__proto__', { value: 'plain', enumerable: true });
  await users().put('a', attributes);
  const view = await users().get('a');
  expect(Object.entries(view?.attributes ?? {}).sort()).toEqual(Object.entries(attributes).sort());
});

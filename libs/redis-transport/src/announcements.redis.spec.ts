// Events told beside the work: the work never waits, and what is lost is counted.
import { userOnline } from '@fanfare/contracts';
import { until } from '@fanfare/testing';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Announcements } from './announcements.js';
import { transportWorld } from './world.fixture.js';

const world = transportWorld('single');
let outcomes: string[] = [];
let heard: unknown[] = [];
beforeEach(() => {
  outcomes = [];
  heard = [];
});

@Controller()
class Listener {
  @EventPattern<string>(userOnline.pattern)
  online(@Payload() { user }: { user: string }): void {
    heard.push(user);
  }
}

const announcements = (maxWaiting = 100, deadlineMs = 2000): Announcements =>
  new Announcements(world.client({ deadlineMs }), {
    maxWaiting,
    observe: (outcome, pattern) => outcomes.push(`${outcome} ${pattern}`),
  });
const tell = (to: Announcements, user: string): void => to.tell(userOnline, { user, at: 1 });

test('what is told reaches listeners, and `whenTold` waits for it', async () => {
  await world.start(Listener);
  const told = announcements();
  for (const user of ['a', 'b']) tell(told, user);
  await told.whenTold();
  expect(outcomes).toEqual(['published user.online', 'published user.online']);
  await until(() => heard.length === 2, { what: 'both to be heard' });
  expect(heard.sort()).toEqual(['a', 'b']);
});

test('more than may wait are dropped and counted', async () => {
  const told = announcements(2);
  for (const user of ['a', 'b', 'c']) tell(told, user);
  expect(outcomes).toEqual(['dropped user.online']);
  await told.whenTold();
  tell(told, 'd');
  await told.whenTold();
  expect(outcomes.slice(1)).toEqual(Array(3).fill('published user.online'));
});

test('what does not fit its contract is counted as failed, and throws at nobody', async () => {
  const told = announcements();
  tell(told, '');
  await told.whenTold();
  expect(outcomes).toEqual(['failed user.online']);
});

test('with Redis away it fails by its deadline, and is counted', async () => {
  const told = announcements(100, 200);
  tell(told, 'a');
  await told.whenTold();
  await world.redis.shutdown();
  try {
    tell(told, 'b');
    await told.whenTold();
    expect(outcomes).toEqual(['published user.online', 'failed user.online']);
  } finally {
    await world.redis.restart();
  }
});

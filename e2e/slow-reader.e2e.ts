// The slow harm only themselves: a session that does not read holds up nobody, and gets everything when it reads again.
import { makeGroup, offsets, publish, range, received } from './acts.js';
import { useStage } from './stage.js';

const stage = useStage();

test('a reader that stops reading misses nothing, and its neighbours get everything meanwhile', async () => {
  const [slow, quick, group] = [stage.name('slow'), stage.name('quick'), stage.name('eng')];
  const timeline = `group:${group}`;
  await makeGroup(stage.api, group, slow, quick);
  const [paused, neighbour] = [
    await stage.connectSynced(slow, { gateway: 0 }),
    await stage.connectSynced(quick, { gateway: 0 }),
  ];
  paused.pause();
  const text = 'x'.repeat(2_000);
  for (const part of range(0, 19)) {
    const messages = range(1, 250).map((number) => ({ to: { group }, payload: { number: part * 250 + number, text } }));
    expect((await stage.api.batch(messages)).status).toBe(200);
  }
  await neighbour.waitForMessages(timeline, 5_000, 30_000);
  expect(offsets(neighbour, timeline)).toEqual(range(1, 5_000));
  expect(received(paused, timeline).length).toBeLessThan(5_000); // the control: it was really held up

  await publish(stage.api, { to: { user: slow }, payload: 'typing', ephemeral: true });
  paused.resume();
  await paused.waitForMessages(timeline, 5_000, 30_000);
  expect(offsets(paused, timeline)).toEqual(range(1, 5_000));
  expect(paused.events('reset')).toEqual([]);
  await publish(stage.api, { to: { group }, payload: 'live again' });
  await paused.waitForMessages(timeline, 5_001);
  expect(paused.isOpen).toBe(true);
});

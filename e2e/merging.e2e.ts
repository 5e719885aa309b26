// What is published while a session catches up is merged with what it missed: by offset, without a hole or a repeat.
import {
  concurrently,
  everyTarget,
  makeGroup,
  offsets,
  publish,
  publishNumbers,
  range,
  received,
  resumeBefore,
  settle,
} from './acts.js';
import { useStage } from './stage.js';

const stage = useStage();

describe('what is published during a catch-up', () => {
  test('is merged by offset: no hole, no repeat, no step back, for users, groups and all', async () => {
    const [alice, group] = [stage.name('alice'), stage.name('eng')];
    await makeGroup(stage.api, group, alice);
    const targets = everyTarget(alice, group);
    const first = await Promise.all(targets.map((to) => publish(stage.api, { to, payload: 0 })));
    const resume = resumeBefore(...first);
    await Promise.all(targets.map((to) => publishNumbers(stage.api, to, 100)));

    const publishers = targets.map((to) =>
      concurrently(
        range(1, 300).map((payload) => () => publish(stage.api, { to, payload })),
        3,
      ),
    );
    const joiners = range(1, 12).map(() => () => stage.connectSynced(alice, { resume }));
    const clients = await concurrently(joiners, 2);
    await Promise.all(publishers);

    for (const client of clients) {
      for (const { timeline, offset } of first) {
        const from = offset ?? 0;
        await client.waitForMessages(timeline ?? '', 401, 20_000);
        expect(offsets(client, timeline ?? '')).toEqual(range(from, from + 400));
      }
    }
    await settle(stage, ...clients);
    for (const client of clients) expect(received(client)).toHaveLength(3 * 401);
  });

  test('comes although it is the only one, whatever the moment of the connect it meets', async () => {
    const [alice, group] = [stage.name('alice'), stage.name('eng')];
    await makeGroup(stage.api, group, alice);
    const token = await stage.token(alice);
    for (const round of range(1, 60)) {
      const [to = { group }] = everyTarget(alice, group).slice(round % 3);
      const connecting = stage.connect(alice, { token, device: stage.name('new') });
      const published = pauseOf(round % 15).then(() => publish(stage.api, { to, payload: round }));
      const [client, { id, timeline }] = await Promise.all([connecting, published]);
      await client.waitFor('message', (data) => data.message.id === id);
      await client.waitFor('synced');
      expect(received(client).filter(({ message }) => message.id === id)).toHaveLength(1);
      await stage.api.read(alice, { timeline: timeline ?? '', upTo: Number.MAX_SAFE_INTEGER });
      client.terminate();
    }
  });

  /** Chooses the moment, waits for nothing: 0 to 15 ms is how long a connect takes. */
  const pauseOf = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
});

// What is taken back: whoever has it is told, whoever was away never sees it, and it counts no more.
import type { ProtocolClient } from '@fanfare/testing';
import { randomUUID } from 'node:crypto';
import {
  everyTarget,
  makeGroup,
  offsets,
  payloads,
  publish,
  publishNumbers,
  range,
  resumeBefore,
  settle,
} from './acts.js';
import { useStage } from './stage.js';

const stage = useStage();

const timelineOf = (sent: { timeline?: string } | undefined): string => sent?.timeline ?? '';
const retractions = (client: ProtocolClient, timeline: string): number[] =>
  client
    .events('retract')
    .filter((data) => data.timeline === timeline)
    .map(({ offset }) => offset);

async function isRetracted(id: string | undefined, timeline: string): Promise<void> {
  expect((await stage.api.retract(id ?? '', timeline)).status).toBe(204);
}

test('from every kind of timeline: those who have it are told, those who were away never see it', async () => {
  const [alice, bob, group] = [stage.name('alice'), stage.name('bob'), stage.name('eng')];
  await makeGroup(stage.api, group, alice, bob);
  await stage.api.putUser(bob);
  for (const to of everyTarget(alice, group)) {
    const devices = [await stage.connectSynced(alice), await stage.connectSynced(alice)];
    const sent = await publishNumbers(stage.api, to, 3);
    const timeline = timelineOf(sent[0]);
    for (const device of devices) await device.waitForMessages(timeline, 3);
    await isRetracted(sent[1]?.id, timeline);
    await isRetracted(sent[1]?.id, timeline);
    await publishNumbers(stage.api, to, 1, 4);
    const offset = sent[1]?.offset ?? 0;
    for (const device of devices) {
      await device.waitForMessages(timeline, 4);
      expect(retractions(device, timeline)).toEqual([offset]);
    }
    expect((await stage.api.unread(alice)).body.timelines[timeline]).toBe(3);
    const late = await stage.connectSynced(alice, { resume: resumeBefore(sent[0]) });
    expect(payloads(late, timeline)).toEqual([1, 3, 4]);
    expect(retractions(late, timeline)).toEqual([]);
    const { body } = await stage.api.inbox(alice, { timeline });
    expect(body.messages.map(({ message }) => message.payload)).toEqual([4, 3, 1]);
    stage.disconnectAll();
  }
});

test('under fire: a session sees each message that stays, and of each that does not nothing or both', async () => {
  const [alice, group] = [stage.name('alice'), stage.name('eng')];
  const timeline = `group:${group}`;
  await makeGroup(stage.api, group, alice);
  const [steady] = [await stage.connectSynced(alice)];
  const first = await publish(stage.api, { to: { group }, payload: 0 });
  const late: ProtocolClient[] = [];
  const doomed = new Set<number>();
  for (const number of range(1, 40)) {
    const sent = await publish(stage.api, { to: { group }, payload: number });
    const connecting = number % 8 === 0 ? stage.connect(alice, { resume: resumeBefore(first) }) : undefined;
    if (number % 2 === 0) {
      doomed.add(sent.offset ?? 0);
      await isRetracted(sent.id, timeline);
    }
    if (connecting) late.push(await connecting);
  }
  for (const client of late) await client.waitFor('synced');
  await settle(stage, steady, ...late);
  for (const client of [steady, ...late]) {
    const came = offsets(client, timeline);
    const told = new Set(retractions(client, timeline));
    const stays = came.filter((offset) => !doomed.has(offset ?? 0));
    expect(stays).toEqual(range(1, 41).filter((offset) => !doomed.has(offset)));
    for (const offset of came) expect([offset, told.has(offset ?? 0)]).toEqual([offset, doomed.has(offset ?? 0)]);
  }
  expect(offsets(steady, timeline)).toEqual(range(1, 41));
});

test('what a list sent is retracted for one user, and stays with the others', async () => {
  const [alice, bob] = [stage.name('alice'), stage.name('bob')];
  const clients = [await stage.connectSynced(alice), await stage.connectSynced(bob)] as const;
  const { id } = await publish(stage.api, { to: { users: [alice, bob] }, payload: 'oops' });
  for (const [index, user] of [alice, bob].entries()) await clients[index]?.waitForMessages(`user:${user}`, 1);
  await isRetracted(id, `user:${alice}`);
  await clients[0].waitFor('retract');
  expect((await stage.api.unread(alice)).body.total).toBe(0);
  expect((await stage.api.unread(bob)).body.total).toBe(1);
});

test('what is not there is not_found, and nothing else is touched', async () => {
  const alice = stage.name('alice');
  const { id } = await publish(stage.api, { to: { user: alice }, payload: 1 });
  const timeline = `user:${alice}`;
  expect(await stage.api.retract(randomUUID(), timeline)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  expect(await stage.api.retract(id, 'all')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  const group = `group:${stage.name('nothing')}`;
  expect(await stage.api.retract(id, group)).toMatchObject({ status: 404, body: { code: 'group_unknown' } });
  for (const bad of ['', 'x', 'topic:x', 'user:']) {
    expect(await stage.api.retract(id, bad)).toMatchObject({ status: 422, body: { code: 'invalid' } });
  }
  expect((await stage.api.unread(alice)).body.total).toBe(1);
});

// Nothing accepted is lost and nothing known is forgotten: when everything is stopped, Redis included, and started
// again, and when Redis is killed in the middle of the load. Redis runs with AOF `appendfsync always` here.
import {
  type Accepted,
  type InboxPage,
  type Position,
  type ProtocolClient,
  type PublishBody,
  type Unread,
  until,
} from '@fanfare/testing';
import {
  everyTarget,
  ids,
  isAscending,
  makeGroup,
  offsets,
  payloads,
  positionOf,
  publish,
  publishNumbers,
  range,
  received,
  resumeBefore,
  settle,
  type To,
} from './acts.js';
import { useStage } from './stage.js';

/** Every service starts anew for some of these tests, and what is tested is Redis and the gateways: two of them. */
const stage = useStage({ gateways: 2 });

describe.each(['in order', 'by force'] as const)('after everything was stopped %s and started again', (how) => {
  interface Before {
    readonly alice: string;
    readonly bob: string;
    readonly group: string;
    readonly left: string;
    readonly unread: Unread;
    readonly inbox: InboxPage['messages'];
    /** Where alice's phone was; two more were sent to each timeline after that. */
    readonly resume: Record<string, Position>;
    readonly keyed: { readonly body: PublishBody; readonly accepted: Accepted };
  }
  let before: Before;

  beforeAll(async () => {
    before = await prepare();
    if (how === 'in order') {
      await stage.fanfare.stop();
      await stage.redis.shutdown();
    } else {
      await Promise.all([stage.fanfare.kill(), stage.redis.kill()]);
    }
    await stage.redis.restart();
    await stage.reopen();
  }, 90_000);

  async function prepare(): Promise<Before> {
    const [alice, bob, group, left] = [stage.name('alice'), stage.name('bob'), stage.name('eng'), stage.name('left')];
    await makeGroup(stage.api, group, alice, bob);
    await makeGroup(stage.api, left, alice);
    await stage.api.leave(left, alice);
    await stage.api.putUser(alice, { plan: 'pro' });
    const phone = await stage.connectSynced(alice, { device: 'phone' });
    for (const to of everyTarget(alice, group)) await publishNumbers(stage.api, to, 4);
    await phone.waitForMessages('all', 4);
    await stage.api.read(alice, { timeline: `user:${alice}`, upTo: 2 });
    const last = received(phone).map((data) => [data.timeline, positionOf(data)] as const);
    phone.ack({ [`user:${alice}`]: 3 });
    await settle(stage, phone);
    await phone.close();
    for (const to of everyTarget(alice, group)) await publishNumbers(stage.api, to, 2, 5);
    const body = { to: { user: bob }, payload: 'once', idempotencyKey: stage.name('key') };
    return {
      ...{ alice, bob, group, left, resume: Object.fromEntries(last) },
      unread: (await stage.api.unread(alice)).body,
      inbox: (await stage.api.inbox(alice, { timeline: '*' })).body.messages,
      keyed: { body, accepted: await publish(stage.api, body) },
    };
  }

  test('timelines, unread counts and what was read are as before', async () => {
    const { alice, group, unread, inbox } = before;
    expect(unread).toEqual({ total: 16, timelines: { [`user:${alice}`]: 4, [`group:${group}`]: 6, all: 6 } });
    expect((await stage.api.unread(alice)).body).toEqual(unread);
    const after = (await stage.api.inbox(alice, { timeline: '*' })).body.messages;
    expect(after).toHaveLength(18);
    expect(after.map(withoutEpoch)).toEqual(inbox.map(withoutEpoch));
  });

  test('memberships and attributes are as before', async () => {
    const { alice, bob, group, left } = before;
    const members = (await stage.api.members(group)).body.members.map(({ user }) => user);
    expect(members.sort()).toEqual([alice, bob].sort());
    expect((await stage.api.members(left)).body.members).toEqual([]);
    expect((await stage.api.groupsOf(alice)).body.groups.map((entry) => entry.group)).toEqual([group]);
    expect((await stage.api.user(alice)).body.attributes).toEqual({ plan: 'pro' });
  });

  test('a device that says nothing goes on after what it had acknowledged', async () => {
    const phone = await stage.connectSynced(before.alice, { device: 'phone' });
    expect(offsets(phone, `user:${before.alice}`)).toEqual([4, 5, 6]);
  });

  test('a retry with an idempotency key is a duplicate', async () => {
    const { accepted, body } = before.keyed;
    const { status, body: repeat } = await stage.api.publish(body);
    expect(status).toBe(200);
    expect(repeat).toMatchObject({ id: accepted.id, offset: accepted.offset, duplicate: true });
  });

  test('a client goes on from its old position: what it missed, then what is new, of a new epoch', async () => {
    const { alice, group, resume } = before;
    const client = await stage.connectSynced(alice, { resume });
    for (const timeline of Object.keys(resume)) expect(payloads(client, timeline)).toEqual([5, 6]);
    expect(client.events('reset')).toEqual([]);
    for (const to of everyTarget(alice, group)) {
      const { timeline = '', epoch } = await publish(stage.api, { to, payload: 7 });
      expect(epoch).not.toBe(resume[timeline]?.epoch);
      await client.waitForMessages(timeline, 3);
      expect(payloads(client, timeline)).toEqual([5, 6, 7]);
      const first = (resume[timeline]?.offset ?? 0) + 1;
      expect(offsets(client, timeline)).toEqual(range(first, first + 2));
    }
  });
});

describe('kill -9 of Redis under load', () => {
  interface Attempt {
    readonly accepted?: Accepted;
    readonly status: number;
    readonly code?: string;
  }

  /** Publishes without pause to the targets in turn, as fast as `lanes` callers can, until stopped. */
  function load(targets: readonly To[], lanes: number) {
    const attempts: Attempt[] = [];
    let isOver = false;
    let number = 0;
    const lane = async (): Promise<void> => {
      while (!isOver) attempts.push(await attempt(targets[number % targets.length], number++));
    };
    const running = Promise.all(Array.from({ length: lanes }, lane));
    const accepted = () => attempts.flatMap((one) => (one.accepted ? [one.accepted] : []));
    const stop = async (): Promise<void> => {
      isOver = true;
      await running;
    };
    return { attempts, accepted, stop };
  }

  async function attempt(to: To | undefined, payload: number): Promise<Attempt> {
    if (!to) throw new Error('no target');
    const { status, body } = await stage.api.publish({ to, payload });
    return status === 202 ? { status, accepted: body } : { status, code: body.code };
  }

  async function hasEverything(client: ProtocolClient, wanted: readonly Accepted[]): Promise<void> {
    const missing = (): string[] => {
      const have = new Set(ids(client));
      return wanted.filter(({ id }) => !have.has(id)).map(({ timeline, offset }) => `${timeline} ${offset}`);
    };
    await until(() => missing().length === 0, { what: 'every accepted message to come', deadlineMs: 30_000 }).catch(
      (error: unknown) => {
        throw new Error(`${missing().length} of ${wanted.length} did not come: ${missing().slice(0, 20).join(', ')}`, {
          cause: error,
        });
      },
    );
  }

  test('every 202 is delivered, once and in order, to sessions that stay open; api and gateway recover by themselves', async () => {
    const [alice, bob, group] = [stage.name('alice'), stage.name('bob'), stage.name('eng')];
    await makeGroup(stage.api, group, alice, bob);
    const sessions = [
      await stage.connectSynced(alice),
      await stage.connectSynced(alice),
      await stage.connectSynced(bob),
    ];
    const processes = stage.fanfare.services.map(({ pid }) => pid);
    const targets: To[] = [...everyTarget(alice, group), { user: bob }];
    const fire = load(targets, 8);
    try {
      for (const round of range(1, 2)) {
        const enough = fire.accepted().length + 150;
        await until(() => fire.accepted().length >= enough, {
          what: `150 accepted in round ${round}`,
          deadlineMs: 20_000,
        });
        await stage.redis.kill();
        const refused = fire.attempts.length;
        await until(() => fire.attempts.slice(refused).some(({ status }) => status >= 500), { what: 'a refusal' });
        await stage.redis.restart();
      }
      const enough = fire.accepted().length + 150;
      await until(() => fire.accepted().length >= enough, { what: '150 accepted at the end', deadlineMs: 20_000 });
    } finally {
      await fire.stop();
    }

    const refusals = fire.attempts.filter(({ status }) => status !== 202);
    expect(refusals).not.toEqual([]);
    const kinds = new Set(refusals.map(({ status, code }) => `${status} ${code}`));
    expect([...kinds].filter((kind) => kind !== '503 unavailable' && kind !== '504 timeout')).toEqual([]);
    expect(stage.fanfare.services.map(({ pid, isRunning }) => isRunning && pid)).toEqual(processes);
    for (const session of sessions) {
      const user = session.connected.user;
      const own = [`user:${user}`, `group:${group}`, 'all'];
      await hasEverything(
        session,
        fire.accepted().filter(({ timeline }) => own.includes(timeline ?? '')),
      );
      expect(session.isOpen).toBe(true);
      for (const timeline of own) expect(isAscending(offsets(session, timeline))).toBe(true);
      expect(new Set(received(session).map(({ timeline }) => timeline))).toEqual(new Set(own));
      const seen = ids(session);
      expect(new Set(seen).size).toBe(seen.length);
    }
  });

  test('the first message after it comes by itself, though the gateway may not be back on its links and no other follows', async () => {
    const [alice, group] = [stage.name('alice'), stage.name('eng')];
    await makeGroup(stage.api, group, alice);
    const sessions = [await stage.connectSynced(alice), await stage.connectSynced(alice)];
    for (const round of range(1, 3)) {
      await stage.redis.kill();
      await stage.redis.restart();
      const wanted = await Promise.all(everyTarget(alice, group).map((to) => publishUntilAccepted(to, round)));
      for (const session of sessions) await hasEverything(session, wanted);
    }
  });

  const publishUntilAccepted = (to: To, payload: number): Promise<Accepted> =>
    until(async () => (await attempt(to, payload)).accepted, { what: 'a message to be accepted', everyMs: 1 });

  test('what was accepted for somebody offline is there afterwards, dense from 1 to the head', async () => {
    const alice = stage.name('alice');
    const fire = load([{ user: alice }], 4);
    await until(() => fire.accepted().length >= 90, { what: '90 accepted' });
    await stage.redis.kill();
    await stage.redis.restart();
    await until(() => fire.accepted().at(-1)?.epoch !== fire.accepted()[0]?.epoch, {
      what: 'a message after the restart',
    });
    await fire.stop();
    const [first] = fire.accepted();
    const resume = resumeBefore(first);
    const client = await stage.connectSynced(alice, { resume });
    await hasEverything(client, fire.accepted());
    const seen = offsets(client, `user:${alice}`);
    expect(seen).toEqual(range(1, seen.length));
    for (const { id, offset } of fire.accepted()) {
      expect(received(client)[(offset ?? 0) - 1]?.message.id).toBe(id);
    }
  });

  test('SCRIPT FLUSH under the same load is not noticed by anybody: no refusal, no hole, order kept', async () => {
    const [alice, group] = [stage.name('alice'), stage.name('eng')];
    await makeGroup(stage.api, group, alice);
    const session = await stage.connectSynced(alice);
    const redis = stage.redis.servers[0]?.connection();
    const fire = load(everyTarget(alice, group), 8);
    for (const round of range(1, 10)) {
      const enough = fire.accepted().length + 60;
      await until(() => fire.accepted().length >= enough, { what: `60 accepted in round ${round}` });
      await redis?.script('FLUSH');
    }
    await fire.stop();
    redis?.disconnect();
    expect(fire.attempts.filter(({ status }) => status !== 202)).toEqual([]);
    await hasEverything(session, fire.accepted());
    for (const timeline of [`user:${alice}`, `group:${group}`]) {
      const seen = offsets(session, timeline);
      expect(seen).toEqual(range(1, seen.length));
    }
  });

  test('a caller that retries with its key until it is accepted makes one message', async () => {
    const alice = stage.name('alice');
    const answers: Accepted[] = [];
    const untilAccepted = async (payload: number): Promise<void> => {
      const body = { to: { user: alice }, payload, idempotencyKey: `${alice}-${payload}` };
      const accept = async () => {
        const answer = await stage.api.publish(body);
        return [200, 202].includes(answer.status) && answer.body;
      };
      answers.push(await until(accept, { what: `message ${payload} to be accepted`, deadlineMs: 20_000 }));
    };
    const first = range(1, 60).map(untilAccepted);
    await until(() => answers.length >= 5, { what: 'the first five' });
    await stage.redis.kill();
    const second = range(61, 90).map(untilAccepted);
    await stage.redis.restart();
    await Promise.all([...first, ...second]);
    const client = await stage.connectSynced(alice);
    const numbers = payloads(client, `user:${alice}`) as number[];
    expect(numbers.sort((one, other) => one - other)).toEqual(range(1, 90));
    expect(new Set(ids(client))).toEqual(new Set(answers.map(({ id }) => id)));
  });
});

/** An epoch may be that of before or after: what matters of it is tested where clients resume. */
function withoutEpoch({
  timeline,
  offset,
  read,
  message,
}: {
  timeline: string;
  offset: number;
  read: boolean;
  message: unknown;
}) {
  return { timeline, offset, read, message };
}

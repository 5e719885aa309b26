// Nothing accepted is lost and nothing known is forgotten: when everything is stopped, Redis included, and started
// again, and when Redis is killed in the middle of the load. Redis runs with AOF `appendfsync always` here.
import { type Accepted, type ProtocolClient, until } from '@fanfare/testing';
import {
  ids,
  isAscending,
  makeGroup,
  offsets,
  payloads,
  publish,
  publishNumbers,
  range,
  received,
  resumeBefore,
  type To,
} from './acts.js';
import { useStage } from './stage.js';

const stage = useStage();
const targetsOf = (user: string, group: string): To[] => [{ user }, { group }, { all: true }];

describe('stopping everything and starting it again', () => {
  async function stopAll(how: 'in order' | 'by force'): Promise<void> {
    if (how === 'in order') await stage.fanfare.stop();
    else await stage.fanfare.kill();
    if (how === 'in order') await stage.redis.shutdown();
    else await stage.redis.kill();
  }

  async function startAll(): Promise<void> {
    await stage.redis.restart();
    await stage.reopen();
  }

  test.each(['in order', 'by force'] as const)(
    'keeps timelines, unread counts, memberships, attributes and positions (stopped %s)',
    async (how) => {
      const [alice, bob, group, left] = [stage.name('alice'), stage.name('bob'), stage.name('eng'), stage.name('left')];
      await makeGroup(stage.api, group, alice, bob);
      await makeGroup(stage.api, left, alice);
      await stage.api.leave(left, alice);
      await stage.api.putUser(alice, { plan: 'pro' });
      const phone = await stage.connectSynced(alice, { device: 'phone' });
      for (const to of targetsOf(alice, group)) await publishNumbers(stage.api, to, 4);
      await phone.waitForMessages('all', 4);
      const read = await stage.api.read(alice, { timeline: `user:${alice}`, upTo: 2 });
      expect(read.body).toEqual({ unread: 2 });
      const resume = Object.fromEntries(
        phone.messages().map(({ timeline, offset, epoch }) => [timeline, { offset, epoch }]),
      );
      const missed = [];
      for (const to of targetsOf(alice, group)) missed.push(...(await publishNumbers(stage.api, to, 2, 5)));
      const unreadBefore = (await stage.api.unread(alice)).body;
      const inboxBefore = (await stage.api.inbox(alice, { timeline: '*' })).body.messages;
      expect(unreadBefore.total).toBe(4 + 6 + 6);

      await stopAll(how);
      await startAll();

      expect((await stage.api.unread(alice)).body).toEqual(unreadBefore);
      const inboxAfter = (await stage.api.inbox(alice, { timeline: '*' })).body.messages;
      expect(inboxAfter.map(withoutEpoch)).toEqual(inboxBefore.map(withoutEpoch));
      expect((await stage.api.user(alice)).body.attributes).toEqual({ plan: 'pro' });
      expect(JSON.stringify((await stage.api.members(group)).body)).toContain(bob);
      expect(JSON.stringify((await stage.api.groupsOf(alice)).body)).toContain(group);
      expect(JSON.stringify((await stage.api.groupsOf(alice)).body)).not.toContain(left);

      const again = await stage.connectSynced(alice, { device: 'phone', resume });
      for (const { timeline } of missed) expect(payloads(again, timeline)).toEqual([5, 6]);
      expect(again.events('reset')).toEqual([]);
      for (const to of targetsOf(alice, group)) {
        const [accepted] = await publishNumbers(stage.api, to, 1, 7);
        const former = missed.find(({ timeline }) => timeline === accepted?.timeline);
        expect(accepted?.epoch).not.toBe(former?.epoch);
        await again.waitForMessages(accepted?.timeline ?? '', 3);
        expect(payloads(again, accepted?.timeline)).toEqual([5, 6, 7]);
        const seen = offsets(again, accepted?.timeline ?? '');
        expect(seen).toEqual(range(seen[0] ?? 0, (seen[0] ?? 0) + 2));
      }
    },
  );

  test('lets a device go on after what it had acknowledged', async () => {
    const alice = stage.name('alice');
    const timeline = `user:${alice}`;
    await publishNumbers(stage.api, { user: alice }, 6);
    const phone = await stage.connectSynced(alice, { device: 'phone' });
    phone.ack({ [timeline]: 4 });
    await phone.close();
    await stopAll('in order');
    await startAll();
    expect(offsets(await stage.connectSynced(alice, { device: 'phone' }), timeline)).toEqual([5, 6]);
  });

  test('keeps an idempotency key: a retry after the restart is a duplicate', async () => {
    const body = { to: { user: stage.name('alice') }, payload: 1, idempotencyKey: stage.name('key') };
    const accepted = await publish(stage.api, body);
    await stopAll('by force');
    await startAll();
    const { status, body: repeat } = await stage.api.publish(body);
    expect(status).toBe(200);
    expect(repeat).toMatchObject({ id: accepted.id, offset: accepted.offset, duplicate: true });
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
    const targets: To[] = [...targetsOf(alice, group), { user: bob }];
    const fire = load(targets, 8);
    try {
      for (const round of range(1, 3)) {
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

// What is told to gateways about users takes effect on every one of them, while messages flow: a removal from a group, and
// a disconnect. The controls are gateways that do not listen to it.
import type { Publication } from '@fanfare/node-link';
import type { PartitionKeys } from '@fanfare/redis-scripts';
import { Sessions } from '@fanfare/roster';
import { until } from '@fanfare/testing';
import { useGateways } from '../node/gateways.fixture.js';
import type { GatewayRuntime } from '../node/gateway-runtime.js';

const gateways = useGateways();
const GROUP = 'group:g';

/** With the protection off: a gateway that passes over what it is told of this kind. */
async function deaf(kind: Publication['kind']): Promise<GatewayRuntime> {
  const runtime = await gateways.start();
  const { publications } = runtime;
  const handle = publications.handle.bind(publications);
  publications.handle = (publication) => (publication.kind === kind ? undefined : handle(publication));
  return runtime;
}

describe('a member who is removed while messages flow', () => {
  /** Offsets of what was accepted after the removal had been answered, and of what came to who stays and who left. */
  async function removed(runtime: GatewayRuntime) {
    await gateways.memberships.join('g', ['stays', 'leaves']);
    const [stays, leaves] = [
      await gateways.connectSynced(runtime, 'stays'),
      await gateways.connectSynced(runtime, 'leaves'),
    ];
    const accepted: { offset: number; isAfter: boolean }[] = [];
    let [hasLeft, isOver] = [false, false];
    const lane = async (): Promise<void> => {
      while (!isOver) {
        const isAfter = hasLeft; // looked at before: what is sent from here on is accepted after the answer
        const { offset = 0 } = await gateways.publisher.publish({ to: { group: 'g' }, payload: 1 });
        accepted.push({ offset, isAfter });
      }
    };
    const lanes = Promise.all([lane(), lane(), lane()]);
    await until(() => leaves.transport.offsets(GROUP).length > 20, { what: 'messages to flow', everyMs: 1 });
    await gateways.memberships.leave('g', ['leaves']);
    hasLeft = true;
    await until(() => accepted.filter(({ isAfter }) => isAfter).length > 50, { what: 'more of them', everyMs: 1 });
    isOver = true;
    await lanes;
    await until(() => stays.transport.offsets(GROUP).length === accepted.length, { what: 'all of it' });
    const after = new Set<unknown>(accepted.filter(({ isAfter }) => isAfter).map(({ offset }) => offset));
    return leaves.transport.offsets(GROUP).filter((offset) => after.has(offset)).length;
  }

  test('gets nothing that is accepted after the answer', async () => {
    expect(await removed(await gateways.start())).toBe(0);
  });

  test('control: where the gateway does not hear of it on the link of the group, they do', async () => {
    expect(await removed(await deaf('left'))).toBeGreaterThan(50);
  });
});

describe('a user who is disconnected', () => {
  /** Sessions of the user on those gateways, and one of somebody else on each, once the user was disconnected. */
  async function disconnected(...runtimes: GatewayRuntime[]) {
    const theirs = await Promise.all(runtimes.map((runtime) => gateways.connectSynced(runtime, 'u')));
    const others = await Promise.all(runtimes.map((runtime) => gateways.connectSynced(runtime, 'other')));
    const disconnecting = new Sessions(gateways.scripts, gateways.keys).disconnect('u');
    // Comes on the same links, after it.
    const next = disconnecting.then(() => gateways.publisher.publish({ to: { user: 'u' }, payload: 1 }));
    const isPast = (): boolean =>
      theirs.every(({ transport }) => transport.closed.length > 0 || transport.offsets('user:u').length > 0);
    await until(isPast, { what: 'every gateway to have heard', deadlineMs: 2000, everyMs: 5 });
    await next;
    const closed = (all: typeof theirs): number[][] => all.map(({ transport }) => transport.closed);
    return { theirs: closed(theirs), others: closed(others) };
  }

  test('has their sessions closed within 2 s on every gateway, and nobody else has', async () => {
    const all = await Promise.all([gateways.start(), gateways.start(), gateways.start()]);
    expect(await disconnected(...all)).toEqual({ theirs: [[4409], [4409], [4409]], others: [[], [], []] });
  });

  test('control: on a gateway that does not hear of it the session stays', async () => {
    const all = [await gateways.start(), await deaf('disconnect')];
    expect(await disconnected(...all)).toEqual({ theirs: [[4409], []], others: [[], []] });
  });

  /** A gateway that missed it on its link, and has made that good; how the two sessions there ended. */
  async function missed(prepare: (home: PartitionKeys) => Promise<unknown>) {
    const runtime = await deaf('disconnect');
    const [{ theirs, others }, home] = [await connectedAt(runtime), gateways.keys.homeOf('user', 'u')];
    await new Sessions(gateways.scripts, gateways.keys).disconnect('u');
    await prepare(home);
    await gateways.admin.hincrby(home.links, runtime.node.id, 1); // as if it had been published to nobody
    await runtime.node.checkLinks();
    const isRepaired = (): boolean => runtime.node.gaps === 1 && !runtime.hub.gapped.has(home);
    await until(isRepaired, { what: 'the gap to be made good' });
    return [theirs.transport.closed, others.transport.closed];
  }
  const connectedAt = async (runtime: GatewayRuntime) => ({
    theirs: await gateways.connectSynced(runtime, 'u'),
    others: await gateways.connectSynced(runtime, 'other'),
  });

  test('on a gateway that missed it the session is closed when what was missed is made good', async () => {
    expect(await missed(() => Promise.resolve())).toEqual([[4409], []]);
  });

  test('control: where nothing is noted of it, it stays', async () => {
    expect(await missed(({ disconnected: noted }) => gateways.admin.del(noted))).toEqual([[], []]);
  });
});

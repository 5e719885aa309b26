// Where a device goes on that names a position: every odd one has a defined outcome. Each control takes the same offset at
// its word, as an index into the bare log, and shows what would be lost by it.
import { until } from '@fanfare/testing';
import { messageBytes, Publisher } from '@fanfare/timelines';
import { useGateways } from '../node/gateways.fixture.js';
import { FakeTransport } from './sessions.fixture.js';

const gateways = useGateways();
const MESSAGES = 5;
const READ = 2;
const USER = 'user:a';
const UNKNOWN = '999.deadbeef.1';

const publish = (payload: number, kept = 1000) =>
  new Publisher(gateways.scripts, gateways.keys, { userMessages: kept, sharedMessages: kept, ageMs: 1e9 }).publish({
    to: { user: 'a' },
    payload,
  });

/** Five messages, two of them read; `kept` of them are there still. */
async function started(kept = 1000) {
  const runtime = await gateways.start();
  for (let number = 1; number <= MESSAGES; number += 1) await publish(number, kept);
  const { status } = await gateways.connectSynced(runtime, 'a');
  await runtime.sessions.read((await gateways.connectSynced(runtime, 'a')).session, { timeline: USER, upTo: READ });
  return { runtime, epoch: String(status(USER)['epoch']) };
}

const messages = (transport: FakeTransport): unknown[] =>
  transport.sent.filter(({ event }) => event === 'message').map(({ data }) => data['offset']);

interface Message {
  readonly payload: number;
}

interface Odd {
  readonly offset: number;
  /** Default: the timeline's. */
  readonly epoch?: string;
  readonly kept?: number;
  /** What comes of the five, and then of the sixth, which is published once the device is connected. */
  readonly offsets: readonly number[];
  readonly told?: Record<string, unknown>;
  /** What the bare log gives from there when there are six. */
  readonly bare: readonly number[] | 'error';
}

const AS_IF_NOTHING_WAS_SAID = [3, 4, 5, 6];
const malformed = { offsets: AS_IF_NOTHING_WAS_SAID, told: { event: 'error', code: 'bad_resume' } };
const beyond = { offsets: [6], told: { event: 'reset', reason: 'rolled_back', from: MESSAGES } };

const odd: [string, Odd][] = [
  [
    'that is trimmed',
    { offset: 1, kept: 3, offsets: [3, 4, 5, 6], told: { event: 'reset', reason: 'trimmed', from: 2 }, bare: [5, 6] },
  ],
  ['below zero', { offset: -1, ...malformed, bare: [6] }],
  ['with a fraction', { offset: 1.5, ...malformed, bare: 'error' }],
  ['beyond the head', { offset: 50, ...beyond, bare: [] }],
  ['at the end of the integers', { offset: Number.MAX_SAFE_INTEGER, ...beyond, bare: [] }],
  ['beyond 2^53', { offset: 2 ** 53 + 2, ...malformed, bare: [] }],
  [
    'of an unknown epoch',
    { offset: 4, epoch: UNKNOWN, offsets: AS_IF_NOTHING_WAS_SAID, told: { event: 'reset' }, bare: [5, 6] },
  ],
  [
    'of an unknown epoch and beyond the head',
    { offset: 50, epoch: UNKNOWN, offsets: AS_IF_NOTHING_WAS_SAID, told: { event: 'reset' }, bare: [] },
  ],
];

test.each(odd)(
  'a position %s: what comes is defined, what is left out is told, and it goes on live',
  async (_, one) => {
    const { runtime, epoch } = await started(one.kept);
    const resume = { [USER]: { offset: one.offset, epoch: one.epoch ?? epoch } };
    const transport = new FakeTransport();
    await gateways.connectSynced(runtime, 'a', { resume, transport });
    await publish(6, one.kept);
    await until(() => transport.offsets(USER).includes(6), { what: 'the sixth' });
    expect(messages(transport)).toEqual(one.offsets);
    const told = transport.sent.filter(({ event }) => event === 'reset' || event === 'error');
    expect(told.map(({ event, data }) => ({ event, ...data }))).toMatchObject(one.told ? [one.told] : []);
  },
);

test.each(odd)('control: a position %s taken as an index into the log', async (_, { offset, kept, bare }) => {
  await started(kept);
  await publish(6, kept);
  const { log } = gateways.keys.user('a');
  const reading = gateways.admin.lrangeBuffer(log, offset, -1);
  if (bare === 'error') return expect(reading).rejects.toThrow('not an integer');
  const numbers = (await reading).map((entry) => (JSON.parse(messageBytes(entry).toString()) as Message).payload);
  expect(numbers).toEqual(bare);
  return expect(numbers).not.toEqual(AS_IF_NOTHING_WAS_SAID);
});

test('control: a position that is where one was goes on from there, and nothing is told', async () => {
  const { runtime, epoch } = await started();
  const { transport } = await gateways.connectSynced(runtime, 'a', { resume: { [USER]: { offset: 4, epoch } } });
  expect(messages(transport)).toEqual([5]);
  expect(transport.sent.map(({ event }) => event)).toEqual(['connected', 'message', 'synced']);
});

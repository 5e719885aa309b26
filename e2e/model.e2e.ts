// 2,000 random operations, done to a running Fanfare and to a model of it in memory: deliveries, order, unread counts and
// presence agree. A failure prints the shortest sequence that was found and the seed that finds it again:
// FANFARE_TEST_SEED=<seed> npm test -- --only e2e model
import fc from 'fast-check';
import { makeGroup } from './acts.js';
import { GROUPS, USERS } from './model/commands/command.js';
import { Compare } from './model/commands/compare.js';
import { Model } from './model/model.js';
import { operations } from './model/operations.js';
import { System } from './model/system.js';
import { useStage } from './stage.js';

const stage = useStage();
const OPERATIONS = 2000;
const PER_RUN = 100;
const seed = Number(process.env['FANFARE_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

const names = (prefix: string, count: number): string[] => Array.from({ length: count }, () => stage.name(prefix));

/** Names that no run has had before, known to Fanfare from here on. */
async function setUp(make: typeof Model, patienceMs: number): Promise<{ model: Model; real: System }> {
  const [users, groups] = [names('user', USERS), names('group', GROUPS)];
  for (const group of groups) await makeGroup(stage.api, group);
  for (const user of users) await stage.api.putUser(user);
  const probe = await stage.connectSynced(users[0] ?? '');
  const all = probe.connected.timelines.find(({ timeline }) => timeline === 'all');
  await probe.close();
  return { model: new make(users, groups, all?.head ?? 0), real: new System(stage, patienceMs) };
}

function agreement(make: typeof Model, patienceMs: number, count: (operations: number) => void = () => undefined) {
  return fc.asyncProperty(fc.commands(operations, { maxCommands: PER_RUN, size: 'max' }), async (commands) => {
    const state = await setUp(make, patienceMs);
    await fc.asyncModelRun(() => state, [...commands, new Compare()]);
    // fast-check wraps commands, to know which of them could be run at all.
    count([...commands].filter((command) => 'hasRan' in command && command.hasRan === true).length);
    stage.disconnectAll();
  });
}

test(`${OPERATIONS} operations: deliveries, order, unread and presence are those of the model`, async () => {
  let done = 0;
  for (let run = 0; done < OPERATIONS; run++) {
    const property = agreement(Model, 5000, (operations) => (done += operations));
    await fc.assert(property, { seed: seed + run, numRuns: 1, interruptAfterTimeLimit: 120_000 });
  }
}, 300_000);

class LeaversStay extends Model {
  override leave(): void {
    // They go on reading.
  }
}

class RetractedStays extends Model {
  override retract(): void {
    // It is there still.
  }
}

test.each([
  ['those who left a group still read it', LeaversStay, /join.*leave/],
  ['what was taken back is there still', RetractedStays, /publish.*retract/],
])(
  'control: against a model in which %s, a short counterexample is found',
  async (_, wrong, expected) => {
    const found = await fc.check(agreement(wrong, 200), { seed: 1, numRuns: 20, interruptAfterTimeLimit: 60_000 });
    expect(found.failed).toBe(true);
    const shortest = fc.stringify(found.counterexample?.[0]);
    expect(shortest).toMatch(expected);
    expect(shortest.split('),').length).toBeLessThan(8);
  },
  120_000,
);

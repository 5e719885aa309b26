// The line of connects: bounded, in order, and nobody in it who is gone.
import { Admission, type Admitted } from './admission.js';

const limits = { atOnce: 2, line: 3, waitMs: 1000 };

/** Connects that are opened when the spec says so. */
function storm(admission: Admission, names: readonly string[]) {
  const opened: string[] = [];
  const outcomes = new Map<string, Admitted>();
  const finish = new Map<string, () => void>();
  const who = new Map(names.map((name) => [name, { name }]));
  for (const name of names) {
    const open = () =>
      new Promise<void>((resolve) => {
        opened.push(name);
        finish.set(name, resolve);
      });
    void admission.run(who.get(name) ?? {}, open).then((outcome) => outcomes.set(name, outcome));
  }
  return { opened, outcomes, finish: (name: string) => finish.get(name)?.(), who };
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

afterEach(() => void jest.useRealTimers());

test('so many are opened at once, the others follow in the order of their coming', async () => {
  const admission = new Admission(limits);
  const { opened, finish } = storm(admission, ['a', 'b', 'c', 'd', 'e']);
  await settled();
  expect([opened, admission.waiting, admission.underway]).toEqual([['a', 'b'], 3, 2]);
  for (const name of ['b', 'a', 'c', 'd', 'e']) {
    finish(name);
    await settled();
  }
  expect([opened, admission.waiting, admission.underway]).toEqual([['a', 'b', 'c', 'd', 'e'], 0, 0]);
});

test('whoever finds the line full is told so at once and is not opened; control: a longer line takes them', async () => {
  const full = new Admission(limits);
  const refused = storm(full, ['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  const wide = storm(new Admission({ ...limits, line: 5 }), ['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  await settled();
  expect([...refused.outcomes]).toEqual([
    ['f', 'full'],
    ['g', 'full'],
  ]);
  expect([full.waiting, full.refused, refused.opened]).toEqual([3, 2, ['a', 'b']]);
  expect([...wide.outcomes]).toEqual([]);
});

test('a connection that goes while it waits leaves the line, and the next one comes', async () => {
  const admission = new Admission(limits);
  const { opened, outcomes, finish, who } = storm(admission, ['a', 'b', 'c', 'd']);
  await settled();
  admission.leave(who.get('c') ?? {});
  finish('a');
  await settled();
  expect([opened, outcomes.get('c'), admission.waiting]).toEqual([['a', 'b', 'd'], 'left', 0]);
});

test('leaving while being opened changes nothing in the line', async () => {
  const admission = new Admission(limits);
  const { opened, who } = storm(admission, ['a', 'b', 'c']);
  await settled();
  admission.leave(who.get('a') ?? {});
  await settled();
  expect([opened, admission.underway, admission.waiting]).toEqual([['a', 'b'], 2, 1]);
});

test('who waited too long is sent away; who came later stays', async () => {
  jest.useFakeTimers();
  const admission = new Admission(limits);
  const { outcomes } = storm(admission, ['a', 'b', 'early']);
  await settled();
  jest.advanceTimersByTime(600);
  storm(admission, ['later']);
  jest.advanceTimersByTime(399);
  admission.look();
  await settled();
  expect(outcomes.get('early')).toBeUndefined(); // the control: not before its time
  jest.advanceTimersByTime(1);
  admission.look();
  await settled();
  expect([outcomes.get('early'), admission.waiting, admission.refused]).toEqual(['late', 1, 1]);
});

test('an opening that fails gives its place to the next', async () => {
  const admission = new Admission({ ...limits, atOnce: 1 });
  const failing = admission.run({}, () => Promise.reject(new Error('down')));
  const { opened } = storm(admission, ['a']);
  await expect(failing).rejects.toThrow('down');
  await settled();
  expect(opened).toEqual(['a']);
});

test('how long each waited is told', async () => {
  jest.useFakeTimers();
  const waits: number[] = [];
  const admission = new Admission({ ...limits, atOnce: 1 }, (ms) => waits.push(ms));
  const { finish } = storm(admission, ['a', 'b']);
  jest.advanceTimersByTime(250);
  await settled();
  finish('a');
  await settled();
  expect(waits).toEqual([0, 250]);
});

test('when the gateway stops, whoever waits or still comes is sent away; what is being opened goes on', async () => {
  const admission = new Admission(limits);
  const { opened, outcomes, finish } = storm(admission, ['a', 'b', 'waits']);
  await settled();
  admission.end();
  finish('a');
  await settled();
  const late = storm(admission, ['late']);
  await settled();
  expect([outcomes.get('waits'), late.outcomes.get('late'), outcomes.get('a')]).toEqual(['full', 'full', 'admitted']);
  expect([opened, late.opened, admission.underway]).toEqual([['a', 'b'], [], 1]);
});

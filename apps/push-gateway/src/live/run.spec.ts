// Messages that come right after each other: handed out together, in order, and before anything else is carried out.
import { LocalTimeline } from '../sessions/local-timeline.js';
import { entry, keys } from '../sessions/sessions.fixture.js';
import { Run } from './run.js';

const EPOCH = '1.a.2';

/** A timeline that notes the offsets it hands out, one array for each time, and which times were the last of a turn. */
function timeline(name: string) {
  const [handed, areLast]: [number[][], boolean[]] = [[], []];
  const local = new LocalTimeline(`group:${name}`, 'group', name, keys.group(name));
  local.hand = (_, entries, isLast = false) => {
    areLast.push(isLast);
    return handed.push(entries.map(({ offset }) => offset));
  };
  return { local, handed, areLast };
}
const add = (run: Run, { local }: ReturnType<typeof timeline>, ...offsets: number[]): void => {
  for (const offset of offsets) run.add(local, EPOCH, entry(local.name, offset));
};
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('messages that come within one turn are handed out together at the end of it', async () => {
  const [run, one] = [new Run({ count: 0 }), timeline('one')];
  add(run, one, 1, 2, 3);
  expect(one.handed).toEqual([]);
  await turn();
  add(run, one, 4);
  await turn();
  expect(one.handed).toEqual([[1, 2, 3], [4]]);
});

test('control: where each is ended by itself, each is handed out by itself', () => {
  const [run, one] = [new Run({ count: 0 }), timeline('one')];
  for (const offset of [1, 2, 3]) {
    add(run, one, offset);
    run.end();
  }
  expect(one.handed).toEqual([[1], [2], [3]]);
});

test('a message of another timeline, or of another epoch, ends a run: all keep the order in which they came', async () => {
  const [run, one, other] = [new Run({ count: 0 }), timeline('one'), timeline('other')];
  add(run, one, 1, 2);
  add(run, other, 7);
  add(run, one, 3);
  run.add(one.local, '2.b.2', entry('group:one', 4));
  expect([one.handed, other.handed]).toEqual([[[1, 2], [3]], [[7]]]);
  await turn();
  expect(one.handed).toEqual([[1, 2], [3], [4]]);
  expect([one.areLast, other.areLast]).toEqual([[false, false, true], [false]]);
});

test('a long run is handed out in parts', async () => {
  const [run, one] = [new Run({ count: 0 }), timeline('one')];
  add(run, one, ...Array.from({ length: 150 }, (_, index) => index + 1));
  await turn();
  expect(one.handed.map(({ length }) => length)).toEqual([64, 64, 22]);
});

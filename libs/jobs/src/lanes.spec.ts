import { LANES, LaneOrder } from './lanes.js';

const turns = (count: number) => {
  const order = new LaneOrder();
  return Array.from({ length: count }, () => order.next());
};

test('urgent is always looked at first, and every lane is looked at every time', () => {
  for (const order of turns(20)) {
    expect(order[0]).toBe('urgent');
    expect([...order].sort()).toEqual([...LANES].sort());
  }
});

test('where every lane is full, each gets its share: six, three and one of ten', () => {
  const seconds = turns(100).map((order) => order[1]);
  const shares = ['high', 'normal', 'bulk'].map((lane) => seconds.filter((second) => second === lane).length);
  expect(shares).toEqual([60, 30, 10]);
});

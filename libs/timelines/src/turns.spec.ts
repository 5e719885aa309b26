import { Turns } from './turns.js';

/** Work that ends when it is told to, and notes that it has begun. */
function worker(begun: string[]) {
  const ends = new Map<string, () => void>();
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  };
  return { work, end: (name: string) => ends.get(name)?.() };
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('work under one name waits for what was asked for earlier, work under another does not', async () => {
  const turns = new Turns();
  const begun: string[] = [];
  const { work, end } = worker(begun);
  const [first, second, other] = [turns.take('x', work('1')), turns.take('x', work('2')), turns.take('y', work('3'))];
  await settled();
  expect(begun).toEqual(['1', '3']);
  end('1');
  end('3');
  await expect(first).resolves.toBe('1');
  await settled();
  expect(begun).toEqual(['1', '3', '2']);
  end('2');
  await expect(Promise.all([second, other])).resolves.toEqual(['2', '3']);
});

test('work that fails fails alone', async () => {
  const turns = new Turns();
  const failing = turns.take('x', () => Promise.reject(new Error('no')));
  const next = turns.take('x', () => Promise.resolve('yes'));
  await expect(failing).rejects.toThrow('no');
  await expect(next).resolves.toBe('yes');
});

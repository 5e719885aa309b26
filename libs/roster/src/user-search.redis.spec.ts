// Searching the registry: everybody with the prefix comes, page by page, with a bounded amount of work for each.
import { UserSearch } from './user-search.js';
import { redisWorld } from './world.fixture.js';

const world = redisWorld();
const search = (lookedAt?: number): UserSearch => new UserSearch(world.scripts, world.keys, lookedAt);

async function know(users: readonly string[]): Promise<void> {
  await Promise.all(
    users.map((user, index) => world.admin.zadd(world.keys.homeOf('user', user).users, 1000 + index, user)),
  );
}
const named = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, index) => prefix + index);

async function walk(query: { prefix?: string; limit?: number }, lookedAt?: number, between = async () => {}) {
  const found: string[] = [];
  let pages = 0;
  for (let cursor: string | null | undefined; cursor !== null; pages += 1) {
    const page = await search(lookedAt).page({ ...query, ...(cursor !== undefined && { cursor }) });
    expect(page.users.length).toBeLessThanOrEqual(query.limit ?? 50);
    found.push(...page.users.map(({ id }) => id));
    cursor = page.cursor;
    await between();
  }
  return { found, pages };
}

test('those whose id begins with the prefix come, each once, and nobody else', async () => {
  const users = [...named('alice-', 70), ...named('bob-', 30), 'al', 'xalice-1', 'ALICE-1', 'älice'];
  await know(users);
  expect((await walk({ prefix: 'alice-' })).found.sort()).toEqual(named('alice-', 70).sort());
  expect((await walk({ prefix: 'al', limit: 7 })).found.sort()).toEqual([...named('alice-', 70), 'al'].sort());
  expect((await walk({ limit: 9 })).found.sort()).toEqual([...users].sort());
  expect((await walk({ prefix: 'ä' })).found).toEqual(['älice']);
  expect((await walk({ prefix: 'nobody' })).found).toEqual([]);
});

test('a prefix is text and no pattern', async () => {
  await know(['a*b', 'axb', 'a[x]b', 'a%b', 'a.b']);
  expect((await walk({ prefix: 'a*' })).found).toEqual(['a*b']);
  expect((await walk({ prefix: 'a[x' })).found).toEqual(['a[x]b']);
  expect((await walk({ prefix: 'a.' })).found).toEqual(['a.b']);
});

test('a page looks at a bounded number of users, and is short although more follow', async () => {
  await know([...named('b', 3000), ...named('a', 40)]);
  const { found, pages } = await walk({ prefix: 'a' }, 500);
  expect(found.sort()).toEqual(named('a', 40).sort());
  expect(pages).toBeGreaterThan(2);
});

test('nobody who is there all the while is left out when others come and go between the pages', async () => {
  await know(named('a', 200));
  let round = 0;
  const { found } = await walk({ prefix: 'a', limit: 7 }, undefined, async () => {
    round += 1;
    const [gone, seen] = [`a${round}`, `a${199 - round}`];
    await world.admin.zrem(world.keys.homeOf('user', gone).users, gone);
    await world.admin.zadd(world.keys.homeOf('user', seen).users, 9000 + round, seen);
    await know([`new${round}`]);
  });
  const stayed = named('a', 200).filter((_, index) => index === 0 || index > round);
  expect(stayed.filter((user) => !found.includes(user))).toEqual([]);
});

test.each(['', 'x', 'eyJhIjoxfQ', Buffer.from('[0,"x","y"]').toString('base64url')])(
  'a cursor that no page answered is refused: %j',
  async (cursor) => {
    await expect(search().page({ cursor })).rejects.toMatchObject({ code: 'invalid' });
  },
);

test('a cursor beyond the last partition is the end', async () => {
  const cursor = Buffer.from('[99999,"",""]').toString('base64url');
  await expect(search().page({ cursor })).resolves.toEqual({ users: [], cursor: null });
});

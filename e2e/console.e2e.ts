// The console's main tasks in a real browser, on a wide screen and on a narrow one, served by the api under the security
// policy that it has in production. What is seen is compared with what the API says, or a device gets.
import { until } from '@fanfare/testing';
import { makeGroup, publish, range } from './acts.js';
import { useChromium } from './browser/chromium.js';
import { ConsolePage, type Screen } from './browser/console-page.js';
import { useStage } from './stage.js';

const wide: Screen = { width: 1280, height: 800, scheme: 'light' };
const narrow: Screen = { width: 390, height: 844, scheme: 'dark' };
const screens = [
  ['at 1280 pixels', wide],
  ['at 390 pixels', narrow],
] as const;

const stage = useStage({ gateways: 2, env: { FANFARE_ALLOWED_ORIGINS: '*' } });
const chromium = useChromium();
let open: ConsolePage | undefined;

afterEach(async () => {
  const complaints = open?.complaints;
  await open?.close();
  open = undefined;
  expect(complaints ?? []).toEqual([]);
});

async function atSignIn(screen: Screen): Promise<ConsolePage> {
  const url = stage.fanfare.apis[0]?.url ?? '';
  open = await ConsolePage.open(chromium.browser, url, screen);
  return open;
}

/** Signed in, on that page. */
async function at(path: string, screen: Screen): Promise<ConsolePage> {
  const console = await atSignIn(screen);
  await console.enter(stage.fanfare.credentials.adminKey, path);
  return console;
}

interface Doomed {
  readonly id: string;
  readonly group: string;
}

/** A message whose job can't succeed: when its time comes, its group is gone. Its five attempts take some 15 s. */
async function doomedMessage(): Promise<Doomed> {
  const group = stage.name('gone');
  await makeGroup(stage.api, group, stage.name('member'));
  const { id } = await publish(stage.api, { to: { group }, payload: 1, deliverAt: Date.now() + 500 });
  await stage.api.deleteGroup(group);
  return { id, group };
}

/** Members of a new group, every third with the plan `pro`. */
async function groupWithPlans(size: number): Promise<{ group: string; members: string[]; pros: string[] }> {
  const group = stage.name('plans');
  const members = range(1, size).map((number) => `${group}-${number}`);
  const pros = members.filter((_, index) => index % 3 === 0);
  await makeGroup(stage.api, group, ...members);
  for (const user of members) {
    await stage.api.putUser(user, { plan: pros.includes(user) ? 'pro' : 'free' });
  }
  return { group, members, pros };
}

describe.each(screens)('%s', (_, screen) => {
  let doomed: Doomed;
  beforeAll(async () => {
    doomed = await doomedMessage();
  });

  test('a wrong key is told, the right one opens the page that was asked for, signing out leaves nothing', async () => {
    const console = await atSignIn(screen);
    const { page } = console;
    await console.visit('/jobs');
    await console.enterKey('wrong');
    await page.getByText('The api does not know this key.').waitFor();
    await console.enterKey(stage.fanfare.credentials.adminKey);
    await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor();
    await console.openMenu();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
    expect(await page.evaluate('sessionStorage.length + localStorage.length')).toBe(0);
  });

  test('a key that is refused later leads back to signing in, with a sentence', async () => {
    const console = await at('/', screen);
    await console.page.evaluate("sessionStorage.setItem('fanfare.console.key', 'ended')");
    await console.visit('/users');
    await console.page.getByText('The api no longer takes this key.').waitFor();
    await console.page.getByLabel('API key').waitFor();
  });

  test('a user is found by a prefix, and a device of theirs is disconnected', async () => {
    const prefix = stage.name('u');
    const [alice, bob] = [`${prefix}-alice`, `${prefix}-bob`];
    const other = stage.name('other');
    for (const user of [bob, other]) await stage.api.putUser(user, {});
    const [phone, laptop] = [
      await stage.connectSynced(alice, { device: 'phone', gateway: 0 }),
      await stage.connectSynced(alice, { device: 'laptop', gateway: 0 }),
    ];
    const { page } = await at('/users', screen);
    await page.getByLabel('User id begins with').fill(prefix);
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('2 users shown').waitFor();
    expect(await page.getByRole('link', { name: other }).count()).toBe(0);
    await page.getByRole('link', { name: alice }).click();
    await page.getByRole('heading', { level: 1, name: alice }).waitFor();
    await page.getByRole('button', { name: 'Disconnect phone' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
    expect((await phone.closed).code).toBe(4409);
    await page.getByRole('button', { name: 'Disconnect phone' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Disconnect laptop' }).waitFor();
    expect(laptop.isOpen).toBe(true);
  });

  test('what a dry run says it would reach is whom the message reaches', async () => {
    const { group, members, pros } = await groupWithPlans(9);
    const console = await at(`/compose?group=${group}`, screen);
    const { page } = console;
    await page.getByLabel('Filter').fill('{"plan": "pro"}');
    await page.getByLabel('Payload').fill('{"offer": ');
    await page.getByRole('button', { name: 'Dry run' }).click();
    await page.getByText(/^No JSON/).waitFor();
    await page.getByLabel('Payload').fill('{"offer": 1}');
    await page.getByRole('button', { name: 'Dry run' }).click();
    await page.getByText(`Would reach ${pros.length} users. Nothing was sent.`).waitFor();
    await console.screenshot('compose-dry-run');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`It is for ${pros.length} users.`).waitFor();
    await console.screenshot('compose-send');
    expect(await console.findings()).toEqual([]);
    await dialog.getByRole('button', { name: 'Send' }).click();
    await page.getByText(`${pros.length} of ${pros.length}`).waitFor();
    const unread = await Promise.all(members.map(async (user) => (await stage.api.unread(user)).body.total));
    expect(members.filter((_, index) => unread[index] === 1)).toEqual(pros);
    expect(unread.reduce((sum, each) => sum + each, 0)).toBe(pros.length);
  });

  test('a job moves to its end before the eyes of who looks at it', async () => {
    const prefix = stage.name('many');
    const users = range(1, 20_000).map((number) => `${prefix}-${number}`);
    const { page } = await at('/jobs', screen);
    const { id } = await publish(stage.api, { to: { users }, payload: 1, priority: 'bulk' });
    const row = page.getByRole('row').filter({ hasText: id });
    await row.waitFor();
    await row.getByText('20,000 of 20,000').waitFor({ timeout: 40_000 });
    await row.getByText('Done').waitFor();
    expect(await row.getByRole('progressbar').getAttribute('value')).toBe('20000');
  });

  test('a dead letter is retried, and goes away when it is delivered', async () => {
    const console = await at('/dead-letters', screen);
    const { page } = console;
    const row = page.getByRole('row').filter({ hasText: doomed.id });
    await row.waitFor({ timeout: 45_000 });
    await console.screenshot('dead-letters');
    await makeGroup(stage.api, doomed.group, stage.name('member'));
    await page.getByRole('button', { name: `Retry ${doomed.id}` }).click();
    await page.getByText('The job is tried again').waitFor();
    await row.waitFor({ state: 'detached' });
    const isDone = async (): Promise<boolean> => (await stage.api.job(doomed.id)).body.state === 'done';
    await until(isDone, { what: 'the job to be done', deadlineMs: 20_000 });
  });

  test('while a page loads and when it fails it says so, with the code and a way to try again', async () => {
    const console = await at('/', screen);
    const { page } = console;
    const jobs = /\/v1\/jobs/;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route(jobs, async (route) => {
      await held;
      const { type, title, detail } = { type: 'about:blank', title: 'Not now', detail: 'Redis is away' };
      await route.fulfill({ status: 503, json: { type, title, detail, status: 503, code: 'unavailable' } });
    });
    await console.visit('/jobs');
    await page.getByRole('status', { name: 'Loading', exact: true }).waitFor();
    await console.screenshot('loading');
    expect(await console.findings()).toEqual([]);
    release();
    await page.getByRole('alert').getByText('unavailable · 503').waitFor();
    await page.getByText('Redis is away').waitFor();
    await console.screenshot('failure');
    expect(await console.findings()).toEqual([]);
    await page.unroute(jobs);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('table', { name: 'Jobs' }).waitFor();
  });

  test('a message’s journey shows what it says, as one of those it went to has it', async () => {
    const [user, group] = [stage.name('first'), stage.name('talk')];
    await makeGroup(stage.api, group, user);
    const sent = [
      await publish(stage.api, { to: { user }, payload: 'for one' }),
      await publish(stage.api, { to: { group }, payload: 'for the group' }),
      await publish(stage.api, { to: { all: true }, payload: 'for all' }),
    ];
    await until(async () => (await stage.api.published({ limit: 1 })).body.messages[0]?.id === sent.at(-1)?.id, {
      what: 'the publish log',
    });
    const console = await at('/', screen);
    for (const [index, text] of ['"for one"', '"for the group"', '"for all"'].entries()) {
      await console.visit(`/messages/${sent[index]?.id}`);
      await console.page.getByLabel('Payload').getByText(text).waitFor();
    }
    await stage.api.deleteGroup(group);
    await console.visit(`/messages/${sent[1]?.id}`);
    await console.page.getByText('Nobody to read it through').waitFor();
    await console.screenshot('message-without-readers');
    expect(await console.findings()).toEqual([]);
  });

  test('every page is without serious findings, fits the screen and obeys the security policy', async () => {
    const paths = await everyPage();
    const console = await at('/', screen);
    for (const [name, path] of Object.entries(paths)) {
      await console.visit(path);
      await console.settled();
      await console.screenshot(name);
      expect([name, await console.findings(), await console.overhang()]).toEqual([name, [], 0]);
    }
    // A control: axe is at work.
    await console.page.evaluate("document.querySelector('main').append(document.createElement('input'))");
    expect(await console.findings()).toEqual([expect.stringContaining('label')]);
  }, 180_000);
});

/** Each with something to show. */
async function everyPage(): Promise<Record<string, string>> {
  const [user, group] = [stage.name('reader'), stage.name('team')];
  await makeGroup(stage.api, group, user, stage.name('colleague'));
  await stage.connectSynced(user, { device: 'phone', gateway: 0 });
  const direct = await publish(stage.api, { to: { user }, type: 'invoice.paid', payload: { amount: 42 } });
  await publish(stage.api, { to: { group }, payload: 'for the team' });
  const job = await publish(stage.api, { to: { users: [user] }, payload: 'for a list' });
  const scheduled = await publish(stage.api, { to: { user }, payload: 'later', deliverAt: Date.now() + 3_600_000 });
  await until(async () => (await stage.api.published({ limit: 4 })).body.messages[0]?.id === scheduled.id, {
    what: 'the publish log',
  });
  return {
    ...{ overview: '/', users: '/users', user: `/users/${user}`, 'unknown-user': '/users/nobody' },
    ...{ groups: '/groups', group: `/groups/${group}`, 'unknown-group': '/groups/none', compose: '/compose' },
    ...{ messages: '/messages', message: `/messages/${direct.id}`, 'message-of-a-list': `/messages/${job.id}` },
    ...{ 'message-to-come': `/messages/${scheduled.id}`, jobs: '/jobs', 'no-dead-letters': '/dead-letters' },
    ...{ scripts: '/scripts', nodes: '/nodes', 'no-page': '/nothing' },
  };
}

// Last: what is killed stays dead. The console is connected to the first gateway.
describe('a gateway that is killed', () => {
  const goneMs = 20_000;

  test.each([
    ['is seen to go, live, where the console is connected to another', wide, 1, 'Live through Fanfare'],
    ['is seen to go by asking, where it is the one that the console is connected to', narrow, 0, 'Polling every 2 s'],
  ] as const)('%s', async (_, screen, index, source) => {
    const console = await at('/nodes', screen);
    const { page } = console;
    const gateway = stage.fanfare.gateways[index];
    const alive = page.getByRole('table', { name: 'Nodes that are alive' });
    const row = alive.getByRole('row').filter({ hasText: `pid ${gateway?.pid}` });
    await row.waitFor();
    const id = await row.getByRole('cell').first().innerText();
    await page.getByText('Live through Fanfare').waitFor();
    await gateway?.kill();
    await row.waitFor({ state: 'detached', timeout: goneMs });
    const gone = page.getByRole('table', { name: 'Nodes that are gone' });
    await gone.getByRole('row').filter({ hasText: id }).getByText('died').waitFor();
    await page.getByText(source).waitFor();
    await console.screenshot('killed');
  });
});

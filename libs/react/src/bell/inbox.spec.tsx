import { act, cleanup, render, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { FanfareProvider } from '../client/fanfare-provider.js';
import { entry, FakeClient } from '../client/fake-client.fixture.js';
import type { InboxEntry } from '@fanfare/client';
import { Inbox, type InboxProps } from './inbox.js';

afterEach(cleanup);

function bell(): HTMLElement {
  return screen.getByRole('button', { name: /^Notifications/ });
}
function rows(): HTMLElement[] {
  return within(screen.getByRole('list')).getAllByRole('button');
}
function focusedText(): string | null | undefined {
  return document.activeElement?.querySelector('.fanfare-content')?.textContent;
}

async function show(client: FakeClient, props: InboxProps = {}, beside?: ReactNode) {
  const user = userEvent.setup();
  render(
    <FanfareProvider client={client}>
      <Inbox {...props} />
      {beside}
    </FanfareProvider>,
  );
  await act(async () => undefined);
  return user;
}

function stored(count: number): FakeClient {
  const client = new FakeClient();
  client.stored = Array.from({ length: count }, (_, index) => entry(index + 1));
  client.setUnread(count);
  return client;
}

test('the bell says how many are unread, to the eye and to a screen reader', async () => {
  const client = stored(3);
  await show(client);
  expect(bell().getAttribute('aria-label')).toBe('Notifications, 3 unread');
  expect(bell().textContent).toBe('3');
  act(() => client.setUnread(120));
  expect(bell().textContent).toBe('99+');
  act(() => client.setUnread(0));
  expect(bell().textContent).toBe('');
  expect(bell().getAttribute('aria-label')).toBe('Notifications');
});

describe('the panel', () => {
  test('opens from the bell, takes focus, and is named by it', async () => {
    const user = await show(stored(2));
    expect(bell().getAttribute('aria-expanded')).toBe('false');
    await user.click(bell());
    const panel = screen.getByRole('dialog', { name: 'Notifications' });
    expect(bell().getAttribute('aria-expanded')).toBe('true');
    expect(bell().getAttribute('aria-controls')).toBe(panel.id);
    expect(document.activeElement).toBe(panel);
  });

  test('closes with Escape and gives focus back to the bell', async () => {
    const user = await show(stored(2));
    await user.click(bell());
    await user.keyboard('{ArrowDown}{Escape}');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(document.activeElement).toBe(bell());
  });

  test('closes when Tab or a click leads elsewhere, and does not call focus back', async () => {
    const user = await show(stored(1), {}, <button>beside</button>);
    const beside = screen.getByText('beside');
    await user.click(bell());
    await user.keyboard('{Tab}{Tab}{Tab}');
    expect(document.activeElement).toBe(beside);
    expect(screen.queryByRole('dialog')).toBeNull();
    await user.click(bell());
    await user.click(beside);
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(document.activeElement).toBe(beside);
  });

  test('stays while focus is inside, also when the focused message goes away', async () => {
    const client = stored(2);
    const user = await show(client);
    await user.click(bell());
    await user.keyboard('{ArrowDown}');
    act(() => client.emit('retract', { timeline: 'user:alice', offset: 2 }));
    expect(screen.getByRole('dialog')).toBeTruthy();
  });
});

describe('the list', () => {
  test('is walked with arrows, Home and End, and is one stop of Tab', async () => {
    const user = await show(stored(3));
    await user.click(bell());
    await user.keyboard('{ArrowDown}');
    expect(focusedText()).toBe('message 3');
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}');
    expect(focusedText()).toBe('message 1');
    await user.keyboard('{ArrowUp}');
    expect(focusedText()).toBe('message 2');
    await user.keyboard('{Home}');
    expect(focusedText()).toBe('message 3');
    await user.keyboard('{End}');
    expect(focusedText()).toBe('message 1');
    expect(rows().filter((row) => row.tabIndex === 0)).toEqual([document.activeElement]);
  });

  test('keeps focus on its message while others arrive above it', async () => {
    const client = stored(2);
    const user = await show(client);
    await user.click(bell());
    await user.keyboard('{ArrowDown}');
    act(() => client.arrive(entry(3)));
    expect(focusedText()).toBe('message 2');
    expect(rows()).toHaveLength(3);
  });

  test('marks what Enter chooses as read, and tells the application', async () => {
    const client = stored(2);
    const chosen: InboxEntry[] = [];
    const user = await show(client, { onSelect: (one) => void chosen.push(one) });
    await user.click(bell());
    expect(rows()[0]?.textContent).toContain('Unread');
    await user.keyboard('{ArrowDown}{Enter}');
    expect(client.requests('read')).toEqual([{ timeline: 'user:alice', offsets: [2] }]);
    expect(rows()[0]?.textContent).not.toContain('Unread');
    expect(chosen.map(({ offset }) => offset)).toEqual([2]);
    await user.keyboard('{Enter}');
    expect(client.requests('read')).toHaveLength(1);
  });

  test('shows what the application makes of a message', async () => {
    const user = await show(stored(1), { renderMessage: ({ message }) => <em>{message.id}</em> });
    await user.click(bell());
    expect(screen.getByText('user:alice-1').tagName).toBe('EM');
  });

  test('goes on with older messages when asked', async () => {
    const user = await show(stored(3), { pageSize: 2 });
    await user.click(bell());
    expect(rows()).toHaveLength(2);
    await user.click(screen.getByRole('button', { name: 'Show older' }));
    expect(rows()).toHaveLength(3);
    expect(screen.queryByRole('button', { name: 'Show older' })).toBeNull();
  });
});

test('“Mark all as read” marks everything, once, and keeps focus', async () => {
  const client = stored(2);
  const user = await show(client);
  await user.click(bell());
  const action = screen.getByRole('button', { name: 'Mark all as read' });
  await user.click(action);
  act(() => client.setUnread(0));
  expect(rows().every((row) => !row.textContent?.includes('Unread'))).toBe(true);
  expect(document.activeElement).toBe(action);
  await user.click(action);
  expect(client.requests('readAll')).toHaveLength(1);
});

describe('in place of messages it says', () => {
  test('that there are none', async () => {
    const user = await show(new FakeClient());
    await user.click(bell());
    expect(screen.getByText(/Nothing here yet/)).toBeTruthy();
  });

  test('that they are on their way', async () => {
    const client = stored(1);
    client.gate = new Promise(() => undefined);
    const user = await show(client);
    await user.click(bell());
    expect(screen.getByText('Loading…')).toBeTruthy();
  });

  test('that they could not be had, and tries again when asked', async () => {
    const client = stored(1);
    client.failure = new Error('timeout');
    const user = await show(client);
    await user.click(bell());
    expect(screen.getByRole('alert').textContent).toContain('could not be loaded');
    client.failure = undefined;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(screen.queryByRole('alert')).toBeNull();
    expect(rows()).toHaveLength(1);
  });

  test('that the session is away, above what is known', async () => {
    const client = stored(1);
    const user = await show(client);
    act(() => client.setStatus('waiting'));
    await user.click(bell());
    expect(screen.getByText(/You are offline/)).toBeTruthy();
    expect(rows()).toHaveLength(1);
  });
});

describe('a screen reader is told politely', () => {
  test('of a new message, and of many in one sentence', async () => {
    const client = stored(1);
    await show(client);
    const region = screen.getByRole('status');
    expect(region.getAttribute('aria-live')).toBe('polite');
    expect(region.textContent).toBe('');
    act(() => client.arrive(entry(2)));
    await waitFor(() => expect(region.textContent).toBe('New message: message 2'));
    act(() => [3, 4, 5].forEach((offset) => client.arrive(entry(offset))));
    await waitFor(() => expect(region.textContent).toBe('3 new messages, the last: message 5'));
  });

  test('not of what is ephemeral or of its own making', async () => {
    const client = stored(1);
    await show(client);
    const own = entry(2);
    act(() => client.arrive({ ...own, message: { ...own.message, from: 'alice' } }));
    act(() => client.arrive(entry(3)));
    await waitFor(() => expect(screen.getByRole('status').textContent).toBe('New message: message 3'));
  });
});

test('speaks the language that it is given', async () => {
  const user = await show(stored(1), { labels: { title: '通知', bell: () => 'Notifications: 通知', empty: '空' } });
  await user.click(bell());
  expect(screen.getByRole('dialog', { name: '通知' })).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Mark all as read' })).toBeTruthy();
});

import { act, cleanup, render, renderHook } from '@testing-library/react';
import { type ReactNode, StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { useInbox } from '../inbox/use-inbox.js';
import { useUnread } from '../inbox/use-unread.js';
import { useFanfare } from './context.js';
import { entry, FakeClient } from './fake-client.fixture.js';
import { FanfareProvider } from './fanfare-provider.js';
import { useStatus } from './use-status.js';

afterEach(cleanup);

const around =
  (client: FakeClient) =>
  ({ children }: { readonly children: ReactNode }) => <FanfareProvider client={client}>{children}</FanfareProvider>;

test('a hook outside a provider says what is missing', () => {
  expect(() => renderToString(<Status />)).toThrow(/<FanfareProvider>/);
});

test('useFanfare gives the client of the provider', () => {
  const client = new FakeClient();
  expect(renderHook(() => useFanfare(), { wrapper: around(client) }).result.current).toBe(client);
});

test('useStatus follows the session', () => {
  const client = new FakeClient();
  const { result } = renderHook(() => useStatus(), { wrapper: around(client) });
  expect(result.current).toBe('live');
  act(() => client.setStatus('waiting'));
  expect(result.current).toBe('waiting');
});

test('useUnread counts all timelines or one', () => {
  const client = new FakeClient();
  const { result } = renderHook(() => [useUnread(), useUnread('group:eng'), useUnread('group:new')], {
    wrapper: around(client),
  });
  expect(result.current).toEqual([0, 0, 0]);
  act(() => client.setUnread(3, { 'user:alice': 1, 'group:eng': 2 }));
  expect(result.current).toEqual([3, 2, 0]);
});

test('useInbox shows messages, unread and what arrives, and listens once in StrictMode', async () => {
  const client = new FakeClient();
  client.stored = [entry(1)];
  const { result, unmount } = renderHook(() => useInbox(), { wrapper: around(client), reactStrictMode: true });
  await act(async () => undefined);
  expect(result.current.messages.map(({ offset }) => offset)).toEqual([1]);
  act(() => client.arrive(entry(2)));
  expect(result.current).toMatchObject({ unread: 1, isLoading: false, hasMore: false });
  expect(result.current.messages.map(({ offset }) => offset)).toEqual([2, 1]);
  unmount();
  expect(client.listenerCount).toBe(0);
});

test('useInbox of another timeline starts anew', async () => {
  const client = new FakeClient();
  client.stored = [entry(1), entry(5, { timeline: 'group:eng' })];
  const { result, rerender } = renderHook(({ timeline }) => useInbox({ timeline }), {
    wrapper: around(client),
    initialProps: { timeline: 'user:alice' },
  });
  await act(async () => undefined);
  rerender({ timeline: 'group:eng' });
  await act(async () => undefined);
  expect(result.current.messages.map(({ offset }) => offset)).toEqual([5]);
});

test('on a server there is nothing yet, and no request', () => {
  const client = new FakeClient();
  client.setUnread(4);
  const markup = renderToString(
    <StrictMode>
      <FanfareProvider client={client}>
        <Status />
        <Unread />
      </FanfareProvider>
    </StrictMode>,
  );
  expect(markup).toBe('<p>idle</p><p>0</p>');
  expect(client.calls).toEqual([]);
});

test('a component that does not use what changed is not rendered again', () => {
  const client = new FakeClient();
  let renderings = 0;
  function Counted(): ReactNode {
    renderings += 1;
    return <p>{useUnread('group:eng')}</p>;
  }
  render(<Counted />, { wrapper: around(client) });
  const before = renderings;
  act(() => client.setUnread(1, { 'user:alice': 1 }));
  expect(renderings).toBe(before);
});

function Status(): ReactNode {
  return <p>{useStatus()}</p>;
}

function Unread(): ReactNode {
  return <p>{useUnread()}</p>;
}

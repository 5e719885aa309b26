import { TextEncoder } from 'node:util';
import type { SocketEvent, WebSocketConstructor } from '@fanfare/client';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import { Activity, type ReactNode, StrictMode } from 'react';
import { FanfareProvider } from './fanfare-provider.js';
import { useStatus } from './use-status.js';

// Browsers have it; jsdom has not.
Object.assign(globalThis, { TextEncoder });

type Listener = (event: SocketEvent) => void;

/** A gateway that opens every session and says nothing more. */
class Socket {
  static readonly all: Socket[] = [];
  readyState = 0;
  device: unknown;
  private readonly listeners: [string, Listener][] = [];

  constructor(readonly url: string) {
    Socket.all.push(this);
    queueMicrotask(() => this.tell({ type: 'open' }, 1));
  }

  static get open(): Socket[] {
    return Socket.all.filter(({ readyState }) => readyState < 2);
  }

  addEventListener(type: string, listener: Listener): void {
    this.listeners.push([type, listener]);
  }

  send(text: string): void {
    const { event, data } = JSON.parse(text) as { event: string; data: { device?: string } };
    if (event !== 'connect') return;
    this.device = data.device;
    const connected = { session: 's', user: 'alice', pingSeconds: 25, unread: 0, timelines: [] };
    for (const frame of [
      { event: 'connected', data: connected },
      { event: 'synced', data: {} },
    ]) {
      this.tell({ type: 'message', data: JSON.stringify(frame) }, 1);
    }
  }

  close(code = 1000): void {
    this.tell({ type: 'close', code, reason: '' }, 3);
  }

  private tell(event: SocketEvent, readyState: number): void {
    this.readyState = readyState;
    for (const [type, listener] of this.listeners) if (type === event.type) listener(event);
  }
}

/** Nothing checks its signature here. */
const token = () => `e30.${btoa(JSON.stringify({ sub: 'alice', exp: 4_000_000_000 }))}.x`;
const options = { url: 'ws://gateway.test', token, storage: null, WebSocket: Socket as WebSocketConstructor };

afterEach(async () => {
  cleanup();
  await allClosed();
  Socket.all.length = 0;
});

async function live(): Promise<void> {
  await waitFor(() => expect(screen.getByText('live')).toBeTruthy());
}

async function allClosed(): Promise<void> {
  await waitFor(() => expect(Socket.open).toEqual([]));
}

function Status(): ReactNode {
  return <p>{useStatus()}</p>;
}

test('connects a client of its own when mounted, and closes it when unmounted', async () => {
  const { unmount } = render(
    <FanfareProvider {...options} device="phone">
      <Status />
    </FanfareProvider>,
  );
  await live();
  expect(Socket.open.map(({ device }) => device)).toEqual(['phone']);
  unmount();
  await allClosed();
});

test('opens one session in StrictMode, which mounts twice', async () => {
  render(
    <StrictMode>
      <FanfareProvider {...options}>
        <Status />
      </FanfareProvider>
    </StrictMode>,
  );
  await live();
  expect(Socket.all).toHaveLength(1);
});

test('keeps its session over renderings with a new function for tokens, and opens another for another device', async () => {
  const view = (device: string) => (
    <FanfareProvider {...options} token={() => token()} device={device}>
      <Status />
    </FanfareProvider>
  );
  const { rerender } = render(view('phone'));
  await live();
  rerender(view('phone'));
  await live();
  expect(Socket.all).toHaveLength(1);
  rerender(view('laptop'));
  await waitFor(() => expect(Socket.open.map(({ device }) => device)).toEqual(['laptop']));
});

test('is away while it is hidden, and live again when it is shown', async () => {
  const view = (mode: 'visible' | 'hidden') => (
    <Activity mode={mode}>
      <FanfareProvider {...options}>
        <Status />
      </FanfareProvider>
    </Activity>
  );
  const { rerender } = render(view('visible'));
  await live();
  rerender(view('hidden'));
  await allClosed();
  rerender(view('visible'));
  await live();
  expect(Socket.open).toHaveLength(1);
});

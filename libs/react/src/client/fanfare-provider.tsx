// Gives a client to the components below: one that the application holds, or one of its own, which it connects when it is
// mounted and closes when it is unmounted.
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { Fanfare, type FanfareOptions } from '@fanfare/client';
import { ClientContext } from './context.js';
import type { InboxClient } from './inbox-client.js';

export type FanfareProviderProps = { readonly children?: ReactNode } & (
  | { /** Connected and closed by the application. */ readonly client: InboxClient }
  | (FanfareOptions & { readonly client?: never })
);

export function FanfareProvider({ children, ...props }: FanfareProviderProps): ReactNode {
  if (props.client) return <ClientContext value={props.client}>{children}</ClientContext>;
  return <OwnClient options={props}>{children}</OwnClient>;
}

/** Another `url` or `device` is another session; a new function for tokens is taken over by the one that stands. */
function OwnClient({
  options,
  children,
}: {
  readonly options: FanfareOptions;
  readonly children?: ReactNode;
}): ReactNode {
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  const [lives, setLives] = useState(0);
  const { url, device } = options;
  const client = useMemo(
    () => new Fanfare({ ...latest.current, url, ...(device && { device }), token: () => latest.current.token() }),
    // A client that was closed is not opened again: a component that comes back gets a new one.
    [url, device, lives],
  );
  useConnection(client, () => setLives((count) => count + 1));
  return <ClientContext value={client}>{children}</ClientContext>;
}

/** StrictMode mounts, unmounts and mounts again in one go: closing waits out that turn, so the session is opened once. */
function useConnection(client: Fanfare, renew: () => void): void {
  const mounted = useRef<Fanfare>(undefined);
  const closed = useRef<Fanfare>(undefined);
  useEffect(() => {
    if (closed.current === client) return renew();
    mounted.current = client;
    client.connect();
    return () => {
      mounted.current = undefined;
      queueMicrotask(() => {
        if (mounted.current === client) return;
        closed.current = client;
        void client.close();
      });
    };
    // `renew` is new with each rendering and does the same.
  }, [client]);
}

// What the client takes from where it runs: a page, a worker, or Node. Each of it may be missing. The shapes are declared
// here, so that the types of the package ask for neither the DOM's nor Node's.

export interface SocketEvent {
  readonly type: string;
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
}

/** What is used of a WebSocket: the browsers', Node's own (22 and later), and that of the package `ws` have it. */
export interface WebSocketLike {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: SocketEvent) => void): void;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  /** Of `ws`: without a closing handshake. */
  terminate?(): void;
}

export type WebSocketConstructor = new (url: string, protocols?: string) => WebSocketLike;

interface KeyValue {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

interface Surroundings {
  readonly WebSocket?: WebSocketConstructor;
  readonly localStorage?: KeyValue;
  readonly location?: { readonly href: string };
  readonly navigator?: { readonly onLine?: boolean };
  readonly document?: { readonly visibilityState?: string };
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
}

const here = globalThis as unknown as Surroundings;

export const ownWebSocket = (): WebSocketConstructor | undefined => here.WebSocket;
export const baseUrl = (): string | undefined => here.location?.href;
/** Only a browser that is sure says so. */
export const isOffline = (): boolean => here.navigator?.onLine === false;

/** Undefined in Node, and where the user forbade it: the mere look at it throws there. */
export function ownStorage(): KeyValue | undefined {
  try {
    // Node's own warns when it is looked at without a file to keep it in.
    return here.document && here.localStorage;
  } catch {
    return undefined;
  }
}

export interface PageSignals {
  /** The network came or went, or the page was brought to the front: is the connection still there? */
  readonly onChange: (isOnline: boolean) => void;
  /** The page may be gone at any moment. */
  readonly onLeave: () => void;
}

/** @returns what ends the listening */
export function listenToPage({ onChange, onLeave }: PageSignals): () => void {
  const look = (): void => onChange(!isOffline());
  const seen = (): void => (here.document?.visibilityState === 'hidden' ? onLeave() : look());
  const listeners: [string, () => void][] = [
    ['online', look],
    ['offline', look],
    ['pageshow', look],
    ['pagehide', onLeave],
    // It bubbles from the document to the window.
    ['visibilitychange', seen],
  ];
  for (const [type, listener] of listeners) here.addEventListener?.(type, listener);
  return () => {
    for (const [type, listener] of listeners) here.removeEventListener?.(type, listener);
  };
}

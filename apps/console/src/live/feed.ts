/**
 * The live feed: a session like any other, of the user that the api sends its snapshots to. What comes goes where the
 * answers of the polled endpoints are kept, so pages do not know the difference.
 *
 * States: connecting → live, for as long as snapshots arrive → not live → live … → closed, by `close`, which ends all of it.
 */
import type { NodesAnswer, StatsAnswer, TokenAnswer } from '@fanfare/contracts';
import type { Fanfare } from '@fanfare/client';
import { call } from '../api/call';

const CONSOLE_USER = 'fanfare.console';
/** Snapshots come every 2 s or so; a connection on which none does is no feed. */
const SILENCE_MS = 8_000;
/** Until the next attempt, where no token was to be had for the first connection. */
const RETRY_MS = 10_000;

export interface FeedListener {
  readonly stats: (stats: StatsAnswer) => void;
  readonly nodes: (nodes: NodesAnswer) => void;
  readonly state: (isLive: boolean) => void;
}

export class Feed {
  private client: Fanfare | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private isClosed = false;

  constructor(private readonly listener: FeedListener) {}

  open(): void {
    this.connect().catch((error: unknown) => {
      if (this.isClosed) return;
      console.warn('No live feed yet:', error);
      this.retry = setTimeout(() => this.open(), RETRY_MS);
    });
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.silence);
    clearTimeout(this.retry);
    void this.client?.close();
  }

  /** The client reconnects by itself from here on; only the address has to be asked for first. */
  private async connect(): Promise<void> {
    const [{ Fanfare: Client }, first] = await Promise.all([import('@fanfare/client'), newToken()]);
    if (this.isClosed) return;
    let unused: string | undefined = first.token;
    const client = new Client({
      url: first.url,
      storage: null, // snapshots are never caught up on
      token: async () => {
        const token = unused ?? (await newToken()).token;
        unused = undefined;
        return token;
      },
    });
    this.client = client;
    client.on('message', ({ type, payload }) => this.receive(type, payload));
    client.on('error', (error) => console.warn('Live feed:', error));
    client.connect();
  }

  private receive(type: string, payload: unknown): void {
    if (type === 'fanfare.stats') this.listener.stats(payload as StatsAnswer);
    else if (type === 'fanfare.nodes') this.listener.nodes(payload as NodesAnswer);
    else return;
    this.listener.state(true);
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.listener.state(false), SILENCE_MS);
  }
}

const newToken = (): Promise<TokenAnswer> => call('POST', '/v1/tokens', { body: { user: CONSOLE_USER } });

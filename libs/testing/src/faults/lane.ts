// One direction of a relayed connection: what comes out of one socket goes into the other, in order, as the weather
// permits. The one who sends is held back when the other does not read, or when more than a megabyte is on its way.
import type { Socket } from 'node:net';

/** What a connection suffers now. */
export interface Weather {
  readonly delayMs: number;
  readonly isStalled: boolean;
}

/** `undefined`: the end of the stream. */
type Piece = { readonly dueAt: number; readonly data: Buffer | undefined };

const mostOnTheWay = 1_048_576;

/** States: flowing ⇄ held (delay, stall, back-pressure) → shut (an end was said) or stopped. */
export class Lane {
  private readonly onTheWay: Piece[] = [];
  private bytesOnTheWay = 0;
  private timer: NodeJS.Timeout | undefined;
  private isShut = false;
  private isStopped = false;

  /** @param pass is shown each piece when it is due, and says what of it goes on. */
  constructor(
    private readonly source: Socket,
    private readonly sink: Socket,
    private readonly weather: Weather,
    private readonly pass: (data: Buffer) => Buffer,
  ) {
    source.on('data', (data: Buffer) => this.take(data));
    source.on('end', () => this.take(undefined));
    sink.on('drain', () => this.flow());
  }

  /** Moves what is due; to be called whenever the weather has changed. */
  flow(): void {
    clearTimeout(this.timer);
    if (this.isStopped) return;
    const { delayMs, isStalled } = this.weather;
    if (isStalled) return void this.source.pause();
    const now = performance.now();
    for (let next = this.onTheWay[0]; next && (next.dueAt <= now || delayMs === 0); next = this.onTheWay[0]) {
      this.onTheWay.shift();
      this.deliver(next.data);
    }
    const [next] = this.onTheWay;
    if (next) this.timer = setTimeout(() => this.flow(), next.dueAt - now);
    this.holdBack();
  }

  /** Says the end to the sink; what comes after it is dropped. */
  shut(): void {
    this.isShut = true;
    this.sink.end();
  }

  /** Nothing moves any more. */
  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.onTheWay.length = 0;
  }

  private take(data: Buffer | undefined): void {
    if (this.isStopped) return;
    this.onTheWay.push({ dueAt: performance.now() + this.weather.delayMs, data });
    this.bytesOnTheWay += data?.length ?? 0;
    this.flow();
  }

  private deliver(data: Buffer | undefined): void {
    if (!data) return this.shut();
    this.bytesOnTheWay -= data.length;
    if (this.isShut) return;
    const passed = this.pass(data);
    if (!this.isStopped && passed.length > 0) this.sink.write(passed);
  }

  private holdBack(): void {
    if (this.isStopped) return;
    const isFull = this.sink.writableNeedDrain || this.bytesOnTheWay > mostOnTheWay;
    if (isFull) this.source.pause();
    else this.source.resume();
  }
}

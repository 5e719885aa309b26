// Cuts a client's connection again and again, in every way that the fault proxy has, at moments that a seed chooses.
import { defaultDeadlineMs, type FaultProxy, until, withDeadline } from '@fanfare/testing';

export type Random = () => number;

/** mulberry32: small, and the same everywhere. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const HANDSHAKE = 'GET /v1/connect';

export class Cutter {
  /** How often each kind was done. */
  readonly done: Record<string, number> = {};
  private readonly kinds: Record<string, () => Promise<unknown>>;

  constructor(
    private readonly proxy: FaultProxy,
    private readonly random: Random,
  ) {
    const { below } = this;
    this.kinds = {
      'both sides at once': async () => this.proxy.cutAll(),
      'in the middle of what comes': () => this.cutWithin(1 + below(6000)),
      'after it was carried out, before the answer': () => this.cutWithin(1),
      'in the middle of opening': () => this.again((then) => this.proxy.cutWithin(1 + below(900), then)),
      'before the handshake arrives': () => this.again((then) => this.proxy.cutAt(HANDSHAKE, 1, then)),
      'before the handshake is answered': () => this.again((then) => this.proxy.cutReplyOf(HANDSHAKE, 1, then)),
      'the gateway is told of an end': async () => this.proxy.halfClose('server'),
      'the client is told of an end': async () => this.proxy.halfClose('client'),
    };
  }

  /** One cut; resolves when it has happened. */
  async cut(): Promise<void> {
    const names = Object.keys(this.kinds);
    const name = names[this.below(names.length)] ?? '';
    this.done[name] = (this.done[name] ?? 0) + 1;
    await until(() => this.proxy.connections > 0, { what: 'a connection to cut', everyMs: 1 });
    await withDeadline(this.kinds[name]?.() ?? Promise.resolve(), defaultDeadlineMs, () => `no cut ${name}`);
  }

  readonly below = (limit: number): number => Math.floor(this.random() * limit);

  private cutWithin(bytes: number): Promise<void> {
    return new Promise((resolve) => this.proxy.cutWithin(bytes, resolve));
  }

  /** What comes next is cut too. */
  private again(prepare: (then: () => void) => void): Promise<void> {
    const next = new Promise<void>((resolve) => prepare(resolve));
    this.proxy.cutAll();
    return next;
  }
}

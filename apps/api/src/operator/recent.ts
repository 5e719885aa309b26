/** Something costly to look at: what was seen is good for a while, and all who ask meanwhile share one look. */
export class Recent<T> {
  private seen: { readonly value: T; readonly at: number } | undefined;
  private looking: Promise<T> | undefined;

  /** @param clock monotonic ms */
  constructor(
    private readonly goodForMs: number,
    private readonly look: () => Promise<T>,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** @throws what looking throws; the next one looks again */
  get(): Promise<T> {
    if (this.seen && this.clock() - this.seen.at < this.goodForMs) return Promise.resolve(this.seen.value);
    this.looking ??= this.lookNow().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async lookNow(): Promise<T> {
    const value = await this.look();
    this.seen = { value, at: this.clock() };
    return value;
  }
}

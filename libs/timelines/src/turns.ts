/** Work on one thing, one after the other in the order of asking; work on different things goes on side by side. */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  /** Settles as `work` does, which begins when everything asked for earlier under the same name has settled. */
  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(name);
    const turn = before ? before.then(work, work) : work();
    this.last.set(name, turn);
    try {
      return await turn;
    } finally {
      if (this.last.get(name) === turn) this.last.delete(name);
    }
  }
}

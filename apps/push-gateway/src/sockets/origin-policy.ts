/** Which web pages may connect. Whoever sends no Origin is no browser page, and is let in by its token alone. */
export class OriginPolicy {
  private readonly allowed: ReadonlySet<string>;

  /** @param origins as browsers send them; `*` allows all */
  constructor(origins: readonly string[]) {
    this.allowed = new Set(origins);
  }

  allows(origin: string | undefined): boolean {
    return origin === undefined || this.allowed.has('*') || this.allowed.has(origin);
  }
}

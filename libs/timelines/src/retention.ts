/** How much of a timeline is kept; a group may have its own, stored with it. */
export interface Retention {
  readonly userMessages: number;
  /** Of a group without its own retention, and of `all`. */
  readonly sharedMessages: number;
  readonly ageMs: number;
}

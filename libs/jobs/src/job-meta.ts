/** What a job says about its message besides the message itself, as it is stored. */
import type { DirectAudience, FilteredAudience } from '@fanfare/contracts';

export interface JobMeta {
  /** Undefined for a list: its users are in the chunks. */
  readonly to: DirectAudience | FilteredAudience | undefined;
  /** Index in PRIORITIES. */
  readonly priority: number;
  /** ms, 0 for never */
  readonly expiresAt: number;
  readonly from: string | undefined;
  readonly isEphemeral: boolean;
}

export const encodeMeta = (meta: JobMeta): string => JSON.stringify(meta);

/** Only ever of what `encodeMeta` wrote. */
export function decodeMeta(text: string): JobMeta {
  const { to, priority, expiresAt, from, isEphemeral } = JSON.parse(text) as JobMeta;
  return { to, priority, expiresAt, from, isEphemeral };
}

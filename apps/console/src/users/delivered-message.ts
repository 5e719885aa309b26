import type { Priority } from '@fanfare/contracts';

/** A message as devices and inboxes get it. */
export interface DeliveredMessage {
  readonly id: string;
  readonly type: string;
  readonly priority: Priority;
  readonly at: number;
  readonly expiresAt?: number;
  readonly from?: string;
  readonly payload: unknown;
}

const EXCERPT_CHARS = 120;

/** The beginning of a payload, for a row of a table. */
export function excerpt(payload: unknown): string {
  const text = JSON.stringify(payload) ?? 'null';
  return text.length > EXCERPT_CHARS ? `${text.slice(0, EXCERPT_CHARS)}…` : text;
}

/** The opaque cursor of a page over sorted sets: the partition, and the last member given. */
import { Problem } from '@fanfare/contracts';

export interface SetCursor {
  readonly home: number;
  readonly score: string;
  readonly member: string;
}

export const setStart: SetCursor = { home: 0, score: '', member: '' };

export function encodeSetCursor({ home, score, member }: SetCursor): string {
  return Buffer.from(JSON.stringify([home, score, member])).toString('base64url');
}

/** @throws Problem invalid for a cursor that was not ours */
export function decodeSetCursor(text: string): SetCursor {
  const [home, score, member] = parse(text);
  const isOurs = Number.isInteger(home) && Number(home) >= 0 && typeof score === 'string' && typeof member === 'string';
  if (isOurs && isPlace(score, member)) return { home: Number(home), score, member };
  const errors = [{ pointer: '/cursor', detail: 'is not a cursor that a page answered' }];
  throw new Problem('invalid', 'the cursor is not one that a page answered', { errors });
}

/** Before everyone, or behind a member with its score as Redis writes it. */
function isPlace(score: string, member: string): boolean {
  if (member === '') return score === '';
  return /^-?\d[\d.e+]*$/.test(score) && Number.isFinite(Number(score));
}

function parse(text: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

/** The opaque cursor of an inbox page: where the next one begins. */
import { Problem } from '@fanfare/contracts';
import { z } from 'zod';

const offset = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const pageCursor = z.union([
  z.strictObject({ after: offset }),
  z.strictObject({ before: offset }),
  /** Of merged timelines: stored at this time or before; in those named, below the offset. */
  z.strictObject({ until: offset, below: z.record(z.string(), offset) }),
]);
export type PageCursor = z.infer<typeof pageCursor>;

export function encodeCursor(cursor: PageCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** @throws Problem invalid for a cursor that was not ours */
export function decodeCursor(text: string): PageCursor {
  try {
    return pageCursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch (cause) {
    const errors = [{ pointer: '/cursor', detail: 'is not a cursor that a page answered' }];
    throw new Problem('invalid', 'the cursor is not one that a page answered', { errors, cause });
  }
}

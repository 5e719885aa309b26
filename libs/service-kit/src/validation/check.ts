/** Checks what came from outside against its schema; what does not fit is a Problem with the code `invalid`. */
import { Problem } from '@fanfare/contracts';
import type { z } from 'zod';
import { detailsOf } from './issues.js';

/**
 * @param where said before each detail where the value is not the body: "in the query: "
 * @throws Problem invalid, with a JSON pointer for each thing that is wrong
 */
export function check<T>(schema: z.ZodType<T>, value: unknown, where = ''): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = detailsOf(result.error.issues, value).map((it) => ({ ...it, detail: `${where}${it.detail}` }));
  const [first] = errors;
  const summary = first ? `${first.pointer === '' ? '' : `${first.pointer}: `}${first.detail}` : 'does not fit';
  throw new Problem('invalid', summary, { errors });
}

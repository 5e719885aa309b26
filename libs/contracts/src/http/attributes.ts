/** Attributes of users: what filters can compare. */
import { z } from 'zod';

export const ATTRIBUTE_NAME_CHARS = 64;
export const attributeName = z.string().min(1).max(ATTRIBUTE_NAME_CHARS);

export const attributeValue = z.union([z.string(), z.number(), z.boolean(), z.null()], {
  error: 'must be a string, a number, a boolean or null',
});
export type AttributeValue = z.infer<typeof attributeValue>;

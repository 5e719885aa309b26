/** Priorities, most urgent first; the index is how they are stored in an entry's header. */
import { z } from 'zod';

export const PRIORITIES = ['urgent', 'high', 'normal', 'bulk'] as const;
export const priority = z.enum(PRIORITIES);
export type Priority = z.infer<typeof priority>;

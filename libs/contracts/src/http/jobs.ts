/** Jobs: work that touches many timelines, or waits for its time. */
import { z } from 'zod';
import { pageQuery } from './users.js';

export const jobState = z.enum(['scheduled', 'queued', 'running', 'done', 'failed', 'cancelled']);
export type JobState = z.infer<typeof jobState>;

/** Ids of jobs and of messages are UUIDs; anything else names none. */
export const jobId = z.uuid({ error: 'must be the id of a message or a job' });

export const jobView = z.object({
  id: z.string(),
  state: jobState,
  total: z.number().int().describe('Users it goes to, or 1; with a filter those found so far'),
  done: z.number().int().describe('Of them, those whose entry is written'),
  walked: z.number().int().optional().describe('With a filter: users whose attributes have been looked at'),
  message: z.string().describe('Id of the message'),
  createdAt: z.number().int().describe('ms since 1970'),
  deliverAt: z.number().int().optional().describe('ms since 1970'),
  error: z.string().optional().describe('What went wrong in the last attempt that failed'),
});
export type JobView = z.infer<typeof jobView>;

export const jobsQuery = pageQuery.extend({ state: jobState.optional() });
export type JobsQuery = z.infer<typeof jobsQuery>;

export interface JobPage {
  readonly jobs: readonly JobView[];
  readonly cursor: string | null;
}

/** A job that has had all its attempts. */
export interface DeadLetterPage {
  readonly deadLetters: readonly JobView[];
  readonly cursor: string | null;
}

/**
 * The one way to the api: JSON over fetch, with the key of the sign-in and a deadline for each call. What is not 2xx is an
 * `ApiError`. It never retries: TanStack Query does for reads, and nobody for the rest.
 */
import { currentSignIn } from '../session/key';
import { ApiError } from './api-error';

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Call {
  readonly query?: Query;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Instead of the key that one is signed in with. */
  readonly key?: string;
}

/** A dry run may take 10 s. */
const DEADLINE_MS = 15_000;

export async function call<Answer>(method: string, path: string, options: Call = {}): Promise<Answer> {
  const { query, body, key = currentSignIn().key ?? '' } = options;
  const answer = await request(path + search(query), {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: withDeadline(options.signal),
  });
  if (answer.status === 204) return undefined as Answer;
  const parsed = await json(answer);
  if (!answer.ok || parsed === undefined) throw ApiError.from(answer.status, parsed);
  return parsed as Answer;
}

/** A part of a path, percent-encoded: ids may hold anything. */
export const part = encodeURIComponent;

async function request(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw ApiError.unreachable(error);
  }
}

async function json(answer: Response): Promise<unknown> {
  try {
    return (await answer.json()) as unknown;
  } catch {
    return undefined;
  }
}

function withDeadline(signal: AbortSignal | undefined): AbortSignal {
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  return signal ? AbortSignal.any([signal, deadline]) : deadline;
}

function search(query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  if (given.length === 0) return '';
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()}`;
}

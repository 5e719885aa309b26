// A backend's view of Fanfare for tests: one method for each endpoint, no retries, no opinion about status codes. The
// answer is given back whole, so that a test can look at what went wrong too. Calls go to the replicas of the api in turn.
import type * as answers from './answers.js';

export interface PublishBody {
  readonly to:
    | { user: string }
    | { users: readonly string[] }
    | { group: string; where?: WhereBody }
    | { all: true; where?: WhereBody }
    | { online: true };
  readonly payload: unknown;
  readonly type?: string;
  readonly priority?: answers.DeliveredMessage['priority'];
  readonly ttlSeconds?: number;
  readonly deliverAt?: number;
  readonly ephemeral?: boolean;
  readonly from?: string;
  readonly idempotencyKey?: string;
  readonly idempotencySeconds?: number;
  readonly durability?: 'stored' | 'replicated';
  readonly dryRun?: boolean;
}

export type WhereBody = Readonly<Record<string, unknown>>;

export interface CallOptions {
  readonly body?: unknown;
  /** Sent as it is instead of `body`. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Query = Readonly<Record<string, string | number | boolean>>;
type Reply<Body> = Promise<answers.Answer<Body>>;

const callDeadlineMs = 15_000;

export class ApiClient {
  private readonly urls: readonly string[];
  private turns = 0;

  /** @param url of the api, or of its replicas, which are called in turn */
  constructor(
    url: string | readonly string[],
    private readonly key: string,
  ) {
    this.urls = [url].flat();
  }

  /** Any call; what the methods below are made of. */
  async call<Body>(method: string, path: string, options: CallOptions = {}): Reply<Body> {
    const { body, raw, headers } = options;
    const url = this.urls[this.turns++ % this.urls.length] ?? '';
    const answer = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${this.key}`, ...(hasBody(options) && jsonType), ...headers },
      ...(hasBody(options) && { body: raw ?? JSON.stringify(body) }),
      signal: AbortSignal.timeout(callDeadlineMs),
    });
    return { status: answer.status, headers: answer.headers, body: parse(await answer.text()) as Body };
  }

  publish(body: PublishBody, headers?: Readonly<Record<string, string>>): Reply<answers.Accepted & answers.Problem> {
    return this.call('POST', '/v1/messages', { body, ...(headers && { headers }) });
  }

  batch(messages: readonly PublishBody[]): Reply<{ results: answers.BatchResult[] }> {
    return this.call('POST', '/v1/messages/batch', { body: { messages } });
  }

  published(query: Query = {}): Reply<answers.PublishLogPage> {
    return this.call('GET', `/v1/messages${search(query)}`);
  }

  message(id: string): Reply<answers.Job & answers.Problem> {
    return this.call('GET', `/v1/messages/${encode(id)}`);
  }

  cancel(id: string): Reply<answers.Problem | undefined> {
    return this.call('DELETE', `/v1/messages/${encode(id)}`);
  }

  retract(id: string, timeline: string): Reply<answers.Problem | undefined> {
    return this.call('DELETE', `/v1/messages/${encode(id)}${search({ timeline })}`);
  }

  job(id: string): Reply<answers.Job & answers.Problem> {
    return this.call('GET', `/v1/jobs/${encode(id)}`);
  }

  jobs(query: Query = {}): Reply<answers.JobsPage> {
    return this.call('GET', `/v1/jobs${search(query)}`);
  }

  deadLetters(query: Query = {}): Reply<answers.DeadLettersPage> {
    return this.call('GET', `/v1/dead-letters${search(query)}`);
  }

  retryDeadLetter(id: string): Reply<answers.Job & answers.Problem> {
    return this.call('POST', `/v1/dead-letters/${encode(id)}/retry`);
  }

  token(body: { user: string; device?: string; ttlSeconds?: number }): Reply<answers.Token> {
    return this.call('POST', '/v1/tokens', { body });
  }

  putUser(user: string, attributes: Readonly<Record<string, unknown>> = {}): Reply<unknown> {
    return this.call('PUT', `/v1/users/${encode(user)}`, { body: { attributes } });
  }

  users(query: Query = {}): Reply<answers.UsersPage> {
    return this.call('GET', `/v1/users${search(query)}`);
  }

  user(user: string): Reply<{ attributes: Record<string, unknown> }> {
    return this.call('GET', `/v1/users/${encode(user)}`);
  }

  erase(user: string): Reply<answers.Problem | undefined> {
    return this.call('DELETE', `/v1/users/${encode(user)}`);
  }

  sessions(user: string, query: Query = {}): Reply<answers.SessionsPage> {
    return this.call('GET', `/v1/users/${encode(user)}/sessions${search(query)}`);
  }

  disconnect(user: string, query: Query = {}): Reply<answers.Problem | undefined> {
    return this.call('DELETE', `/v1/users/${encode(user)}/sessions${search(query)}`);
  }

  inbox(user: string, query: Query = {}): Reply<answers.InboxPage> {
    return this.call('GET', `/v1/users/${encode(user)}/inbox${search(query)}`);
  }

  unread(user: string): Reply<answers.Unread> {
    return this.call('GET', `/v1/users/${encode(user)}/unread`);
  }

  read(user: string, body: ReadBody): Reply<{ unread: number }> {
    return this.call('POST', `/v1/users/${encode(user)}/read`, { body });
  }

  groupsOf(user: string, query: Query = {}): Reply<answers.GroupsPage> {
    return this.call('GET', `/v1/users/${encode(user)}/groups${search(query)}`);
  }

  putGroup(group: string, body: { readonly retention?: { readonly messages: number } } = {}): Reply<unknown> {
    return this.call('PUT', `/v1/groups/${encode(group)}`, { body });
  }

  group(group: string): Reply<unknown> {
    return this.call('GET', `/v1/groups/${encode(group)}`);
  }

  groupPresence(group: string, query: Query = {}): Reply<answers.GroupPresencePage> {
    return this.call('GET', `/v1/groups/${encode(group)}/presence${search(query)}`);
  }

  deleteGroup(group: string): Reply<answers.Problem | undefined> {
    return this.call('DELETE', `/v1/groups/${encode(group)}`);
  }

  join(group: string, user: string): Reply<unknown> {
    return this.call('PUT', `/v1/groups/${encode(group)}/members/${encode(user)}`);
  }

  leave(group: string, user: string): Reply<unknown> {
    return this.call('DELETE', `/v1/groups/${encode(group)}/members/${encode(user)}`);
  }

  changeMembers(
    group: string,
    change: { add?: readonly string[]; remove?: readonly string[] },
  ): Reply<{ added: number; removed: number }> {
    return this.call('POST', `/v1/groups/${encode(group)}/members`, { body: change });
  }

  members(group: string, query: Query = {}): Reply<answers.MembersPage> {
    return this.call('GET', `/v1/groups/${encode(group)}/members${search(query)}`);
  }

  online(query: Query = {}): Reply<answers.OnlinePage> {
    return this.call('GET', `/v1/presence/online${search(query)}`);
  }

  presence(users: readonly string[]): Reply<{ users: Record<string, answers.UserPresence> }> {
    return this.call('POST', '/v1/presence/query', { body: { users } });
  }
}

export type ReadBody =
  { timeline: string; upTo: number } | { timeline: string; offsets: readonly number[] } | { everything: true };

const jsonType = { 'content-type': 'application/json' };
const encode = encodeURIComponent;

function hasBody(options: CallOptions): boolean {
  return options.body !== undefined || options.raw !== undefined;
}

function search(query: Query): string {
  const pairs = Object.entries(query).map(([name, value]) => [name, String(value)] as [string, string]);
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}

/** Text that is not JSON (a page, metrics) is given back as text. */
function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Publishing, taking back, and the publish log. A message that was published is stored once, however often it was sent. */
import { randomUUID } from 'node:crypto';
import type {
  BatchRequest,
  DryRunAnswer,
  JobView,
  ProblemDocument,
  PublishAnswer,
  PublishLogPage,
  PublishRecord,
  PublishRequest,
} from '@fanfare/contracts';
import { type Caller, type CallOptions, segment } from '../calls/caller.js';
import { everything, from, type PageOptions } from '../calls/pages.js';

/** What is to be delivered, and to whom. */
export type Message = Omit<PublishRequest, 'dryRun'>;
/** Of one message of a batch. */
export type BatchResult = PublishAnswer | { readonly error: ProblemDocument };

export interface PublishLogOptions extends PageOptions {
  /** Only what was accepted after this time, in ms. */
  readonly after?: number;
}

/** What a service remembers a key for unless the message says otherwise. */
const KEY_SECONDS = 3600;

export class Messages {
  constructor(private readonly caller: Caller) {}

  publish(message: Message, options?: CallOptions): Promise<PublishAnswer> {
    const { idempotencyKey = randomUUID(), ...body } = message;
    const isHeader = /^[\x21-\x7e]+$/.test(idempotencyKey); // a header holds no more than that
    return this.caller.call(
      {
        method: 'POST',
        path: '/messages',
        body: isHeader ? body : { ...body, idempotencyKey },
        ...(isHeader ? { headers: { 'idempotency-key': idempotencyKey } } : {}),
        repeatableMs: keptMs(message),
      },
      options,
    );
  }

  async reach(message: Message, options?: CallOptions): Promise<number> {
    const body = { ...message, dryRun: true };
    const answer = await this.caller.call<DryRunAnswer>({ method: 'POST', path: '/messages', body }, options);
    return answer.reach;
  }

  async publishBatch(messages: readonly Message[], options?: CallOptions): Promise<readonly BatchResult[]> {
    const body: BatchRequest = { messages: messages.map(withKey) };
    const repeatableMs = Math.min(...messages.map(keptMs));
    const request = { method: 'POST', path: '/messages/batch', body, repeatableMs } as const;
    const { results } = await this.caller.call<{ results: BatchResult[] }>(request, options);
    return results;
  }

  get(id: string, options?: CallOptions): Promise<JobView> {
    return this.caller.call({ method: 'GET', path: `/messages/${segment(id)}` }, options);
  }

  cancel(id: string, options?: CallOptions): Promise<void> {
    return this.caller.call({ method: 'DELETE', path: `/messages/${segment(id)}` }, options);
  }

  retract(id: string, timeline: string, options?: CallOptions): Promise<void> {
    return this.caller.call({ method: 'DELETE', path: `/messages/${segment(id)}`, query: { timeline } }, options);
  }

  log(page: PublishLogOptions = {}, options?: CallOptions): Promise<PublishLogPage> {
    return this.caller.call({ method: 'GET', path: '/messages', query: { ...page } }, options);
  }

  logAll(page: PublishLogOptions = {}, options?: CallOptions): AsyncGenerator<PublishRecord, void, undefined> {
    return everything(
      (cursor) => this.log(from(page, cursor), options),
      ({ messages }) => messages,
    );
  }
}

const withKey = (message: Message): Message => ({ ...message, idempotencyKey: message.idempotencyKey ?? randomUUID() });
const keptMs = ({ idempotencySeconds = KEY_SECONDS }: Message): number => idempotencySeconds * 1000;

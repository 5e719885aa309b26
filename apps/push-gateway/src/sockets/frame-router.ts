/**
 * Takes the frames of one client apart and hands them to their handlers: our own, and those of gateways on the path that
 * teams add with `@SubscribeMessage`. An answer carries the frame's `ref`; so does the `error` of what went wrong.
 */
import { closeCodes, frame as frameSchema, type Ref } from '@fanfare/contracts';
import type { MessageMappingProperties } from '@nestjs/websockets';
import type { Observable } from 'rxjs';
import { answerFrame, serverFrame } from '../frames/server-frame.js';
import { errorData, FrameError } from '../frames/frame-error.js';
import type { WebSocketConnection } from './web-socket-connection.js';

export type Transform = (result: unknown) => Observable<unknown>;

/** Answers as a handler of Nest does: nothing, data, `{event, data}`, or a promise of it. */
export type OwnFrame = (connection: WebSocketConnection, body: unknown) => unknown;
export type OwnFrames = ReadonlyMap<string, OwnFrame>;

interface Handler {
  readonly callback: MessageMappingProperties['callback'];
  readonly transform: Transform;
}

/** Frames that a client may send before the earlier ones are answered. */
const MAX_UNANSWERED = 1024;
const CONNECT = 'connect';
const EVENT_SHOWN = 64;
const NO_FRAMES: OwnFrames = new Map();

/** An answer that only a frame with a `ref` asks for. */
export class AnswerIfAsked {
  constructor(
    readonly event: string,
    readonly data: unknown,
  ) {}
}

export class FrameRouter {
  /** Of teams: most have none. */
  private added: Map<string, Handler> | undefined;
  private unanswered = 0;

  /** @param own by event; one table for all clients */
  constructor(
    private readonly connection: WebSocketConnection,
    private readonly own: OwnFrames = NO_FRAMES,
  ) {}

  add(handlers: readonly MessageMappingProperties[], transform: Transform): void {
    for (const { message, callback } of handlers) {
      if (typeof message !== 'string') continue;
      this.added ??= new Map();
      this.added.set(message, { callback, transform });
    }
  }

  /** Never throws: whatever a client sends becomes an answer, an `error`, or a close code. */
  receive(data: Buffer, isBinary: boolean): void {
    this.connection.noteReceived();
    if (isBinary) return this.connection.close(closeCodes.badFrame, 'binary frames are not understood');
    const parsed = frameSchema.safeParse(parseJson(data));
    if (!parsed.success) return this.connection.close(closeCodes.badFrame, 'a frame is {"event", "data"?, "ref"?}');
    const { event, data: body, ref } = parsed.data;
    const added = this.added?.get(event);
    const own = added ? undefined : this.own.get(event);
    if (!added && !own) return this.fail(unknownEvent(event), ref);
    if (!this.connection.session && event !== CONNECT) {
      return this.fail(new FrameError('unauthorized', 'the first frame must be connect'), ref);
    }
    if (this.unanswered >= MAX_UNANSWERED) return this.connection.close(closeCodes.tooMany, 'too many frames at once');
    if (added) this.handleAdded(added, event, body, ref);
    else if (own) this.handleOwn(own, event, body, ref);
  }

  private handleOwn(handle: OwnFrame, event: string, body: unknown, ref: Ref): void {
    try {
      const result = handle(this.connection, body);
      if (result instanceof Promise) void this.answerLater(result, event, ref);
      else this.answer(event, result, ref);
    } catch (error) {
      this.fail(error, ref);
    }
  }

  private async answerLater(result: Promise<unknown>, event: string, ref: Ref): Promise<void> {
    this.unanswered += 1;
    try {
      this.answer(event, await result, ref);
    } catch (error) {
      this.fail(error, ref);
    } finally {
      this.unanswered -= 1;
    }
  }

  private handleAdded({ callback, transform }: Handler, event: string, body: unknown, ref: Ref): void {
    this.unanswered += 1;
    transform(callback(body, event)).subscribe({
      next: (result) => this.answer(event, result, ref),
      error: (error: unknown) => {
        this.unanswered -= 1;
        this.fail(error, ref);
      },
      complete: () => (this.unanswered -= 1),
    });
  }

  /** Handlers answer as Nest's do: `{event, data}`, or just the data of an answer of the same event. */
  private answer(event: string, result: unknown, ref: Ref): void {
    if (result === undefined || result === null) return;
    if (result instanceof AnswerIfAsked && ref === undefined) return;
    const answer = isEventResponse(result) ? result : { event, data: result };
    try {
      this.connection.send(answerFrame(answer.event, answer.data, ref));
    } catch (error) {
      this.fail(error, ref); // what a handler of a team answers need not be JSON
    }
  }

  private fail(error: unknown, ref: Ref): void {
    this.connection.send(serverFrame('error', errorData(error), ref));
  }
}

function unknownEvent(event: string): FrameError {
  const name = event.length > EVENT_SHOWN ? `${event.slice(0, EVENT_SHOWN)}…` : event;
  return new FrameError('unknown_event', `there is no event ${JSON.stringify(name)}`);
}

function parseJson(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString());
  } catch {
    return undefined;
  }
}

function isEventResponse(result: unknown): result is { event: string; data: unknown } {
  return typeof result === 'object' && result !== null && 'event' in result && typeof result.event === 'string';
}

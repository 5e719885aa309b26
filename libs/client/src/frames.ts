// What travels, as far as this client understands it (docs/protocol.md). Written out here and not imported, so that the
// types of the package need no other; a spec holds them to the schemas of the gateway. Of what arrives nothing is trusted:
// a frame of another form is passed over like an event that nobody knows.

export interface Position {
  readonly offset: number;
  readonly epoch: string;
}
export type PositionMap = Readonly<Record<string, Position>>;

export type Priority = 'urgent' | 'high' | 'normal' | 'bulk';

/** As producers sent it; `at` and `expiresAt` are milliseconds since 1970. */
export interface Content {
  readonly id: string;
  readonly type: string;
  readonly priority: Priority;
  readonly at: number;
  readonly expiresAt?: number;
  readonly from?: string;
  readonly payload: unknown;
}

export interface TimelineStatus extends Position {
  readonly timeline: string;
  readonly head: number;
  readonly read: number;
  readonly unread: number;
}

export interface Connected {
  readonly session: string;
  readonly user: string;
  readonly pingSeconds: number;
  /** `offset` is what the frame calls `from`: regarded as settled. */
  readonly timelines: readonly TimelineStatus[];
}

export interface Frame {
  readonly event: string;
  readonly data: Fields;
  readonly ref?: unknown;
}
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
export const isText = (value: unknown): value is string => typeof value === 'string';
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

export function parseFrame(text: unknown): Frame | undefined {
  try {
    const frame: unknown = isText(text) && JSON.parse(text);
    if (!isFields(frame) || !isText(frame['event'])) return undefined;
    const { event, data, ref } = frame;
    return { event, data: isFields(data) ? data : {}, ref };
  } catch {
    return undefined;
  }
}

export function positionIn({ offset, epoch }: Fields): Position | undefined {
  return isCount(offset) && isText(epoch) && epoch !== '' ? { offset, epoch } : undefined;
}

export function connectedIn(data: Fields): Connected | undefined {
  const { session, user, pingSeconds, timelines } = data;
  if (!isText(session) || !isText(user) || !Array.isArray(timelines)) return undefined;
  const seconds = typeof pingSeconds === 'number' && pingSeconds > 0 ? pingSeconds : 25;
  return { session, user, pingSeconds: seconds, timelines: timelines.flatMap(timelineIn) };
}

function timelineIn(value: unknown): TimelineStatus[] {
  if (!isFields(value)) return [];
  const { timeline, epoch, head, read, unread, from } = value;
  const isWhole = isText(timeline) && isText(epoch) && [head, read, unread, from].every(isCount);
  if (!isWhole) return [];
  return [
    { timeline, epoch, offset: from as number, head: head as number, read: read as number, unread: unread as number },
  ];
}

/** Bytes of a text in UTF-8. */
export const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
/** What the gateway takes of one frame. */
export const MAX_FRAME_BYTES = 64 * 1024;

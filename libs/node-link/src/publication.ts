/**
 * What scripts publish on a link: a line of fields separated by tabs, then a body.
 *
 *   partition epoch | sequence | kind | … fields of the kind
 *
 * Ids hold no control characters, so a tab or line feed always separates.
 */
interface Base {
  /** The partition's epoch, by which a change of Redis's history shows. */
  readonly fence: string;
  readonly sequence: number;
}

/** One of the users of a list that this node holds, and where the message stands in their timeline. */
export interface Recipient {
  readonly user: string;
  readonly offset: number;
  readonly epoch: string;
}

export type Publication = Base &
  (
    | {
        kind: 'message';
        timeline: string;
        offset: number;
        epoch: string;
        priority: number;
        /** ms, 0 for never */
        expiresAt: number;
        /** The oldest offset kept, where that is known; else 0. */
        first: number;
        /** The message as JSON. */
        body: Buffer;
      }
    | {
        kind: 'list';
        priority: number;
        /** ms, 0 for never */
        expiresAt: number;
        recipients: Recipient[];
        body: Buffer;
      }
    | { kind: 'ephemeral'; timeline: string; priority: number; body: Buffer }
    | { kind: 'retract'; timeline: string; offset: number; epoch: string }
    | { kind: 'read'; user: string; timeline: string; offset: number; unread: number; exceptSession: string }
    | { kind: 'joined'; user: string; group: string; version: number; position: string }
    | { kind: 'left'; group: string; version: number; users: string[] }
    | { kind: 'deleted'; group: string; version: number }
    | { kind: 'disconnect'; user: string; sessions: string[] }
    | { kind: 'unknown' }
  );

const LINE_FEED = 0x0a;

/** undefined for bytes that are no publication of ours */
export function parsePublication(bytes: Buffer): Publication | undefined {
  const end = bytes.indexOf(LINE_FEED);
  if (end < 0) return undefined;
  const [fence = '', sequenceText = '', kind = '', a = '', b = '', c = '', d = '', e = '', f = ''] = bytes
    .toString('utf8', 0, end)
    .split('\t');
  const sequence = Number(sequenceText);
  if (!(sequence > 0)) return undefined;
  const base = { fence, sequence };
  const body = bytes.subarray(end + 1);
  switch (kind) {
    case 'message':
      return { ...base, kind, timeline: a, offset: +b, epoch: c, priority: +d, expiresAt: +e, first: +f, body };
    case 'list': {
      const recipients = body
        .toString('utf8', 0, +c)
        .split('\n')
        .map((line) => recipient(fence, line));
      return { ...base, kind, priority: +a, expiresAt: +b, recipients, body: body.subarray(+c) };
    }
    case 'ephemeral':
      return { ...base, kind, timeline: a, priority: +b, body };
    case 'retract':
      return { ...base, kind, timeline: a, offset: +b, epoch: c };
    case 'read':
      return { ...base, kind, user: a, timeline: b, offset: +c, unread: +d, exceptSession: e };
    case 'joined':
      return { ...base, kind, user: a, group: b, version: +c, position: `${d} ${e}` };
    case 'left':
      return { ...base, kind, group: a, version: +b, users: body.toString().split('\n') };
    case 'deleted':
      return { ...base, kind, group: a, version: +b };
    case 'disconnect':
      return { ...base, kind, user: a, sessions: body.toString().split('\n') };
    default:
      // Of a newer version: its sequence counts, what it says is not for us.
      return { ...base, kind: 'unknown' };
  }
}

/** The line has when the timeline was made, in ms: making the epoch of it is cheaper here than in Redis. */
function recipient(fence: string, line: string): Recipient {
  const [user = '', offset = '', since = ''] = line.split('\t');
  return { user, offset: +offset, epoch: `${fence}.${(+since).toString(16)}` };
}

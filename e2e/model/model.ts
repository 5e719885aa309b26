// What Fanfare promises, as a few maps in memory: timelines of numbered messages, who is in which group, what each user has
// read, what each device was sent and has acknowledged. It knows nothing of partitions, scripts, links or processes.

export interface Message {
  readonly id: string;
  readonly payload: number;
  readonly from: string | undefined;
  /** ms; from then on nobody needs to get it, and it counts for nobody */
  readonly expiresAt: number;
  isRetracted?: true;
}

/** What a session must be sent of a timeline, and what it may be sent beside that. */
export interface Due {
  readonly must: Set<number>;
  readonly may: Set<number>;
}

export interface Session {
  readonly user: string;
  readonly device: string;
  /** By timeline, the offsets. */
  readonly due: Map<string, Due>;
  /** By timeline, the offsets of those taken back that it must be told of. */
  readonly retracted: Map<string, Set<number>>;
  /** Payloads of what was sent to everyone online. */
  readonly online: number[];
}

interface Reading {
  /** The head when the user became entitled. */
  readonly since: number;
  /** Everything up to it has been read, or was there before the user was entitled. */
  cursor: number;
  /** Read one by one, or the user's own. */
  readonly read: Set<number>;
}

export const ALL = 'all';

export class Model {
  readonly sessions = new Map<string, Session>();
  readonly members = new Map<string, Set<string>>();
  private readonly timelines = new Map<string, Message[]>();
  private readonly readings = new Map<string, Reading>();
  /** By device and timeline: what was acknowledged and, when its session was closed, stored. */
  private readonly delivered = new Map<string, number>();
  private payloads = 0;

  /** @param allHead of the timeline `all` before this run began */
  constructor(
    readonly users: readonly string[],
    readonly groups: readonly string[],
    private readonly allHead: number,
  ) {
    for (const group of groups) this.members.set(group, new Set());
    for (const user of users) {
      this.readings.set(key(user, ALL), { since: allHead, cursor: allHead, read: new Set() });
      this.readings.set(key(user, `user:${user}`), { since: 0, cursor: 0, read: new Set() });
    }
  }

  nextPayload(): number {
    return (this.payloads += 1);
  }

  head(timeline: string): number {
    return this.first(timeline) + this.messagesOf(timeline).length;
  }

  /** @returns its offset */
  publish(timeline: string, message: Message): number {
    this.messagesOf(timeline).push(message);
    const offset = this.head(timeline);
    if (message.from !== undefined) this.readings.get(key(message.from, timeline))?.read.add(offset);
    for (const session of this.sessions.values()) {
      const due = session.due.get(timeline);
      if (due && this.entitled(session.user).includes(timeline))
        (message.expiresAt < Infinity ? due.may : due.must).add(offset);
    }
    return offset;
  }

  /** What may be taken back and checked: an own expiry could come first. */
  retractable(timeline: string, offset: number): Message | undefined {
    const message = this.messagesOf(timeline)[offset - this.first(timeline) - 1];
    return message?.expiresAt === Infinity ? message : undefined;
  }

  /** It is told once, however often it is taken back, to those who were sent it and may read it still. */
  retract(timeline: string, offset: number): void {
    const message = this.retractable(timeline, offset);
    if (!message || message.isRetracted) return;
    message.isRetracted = true;
    for (const { user, due, retracted } of this.sessions.values()) {
      const since = this.readings.get(key(user, timeline))?.since ?? Infinity;
      if (offset <= since || !due.get(timeline)?.must.has(offset)) continue;
      retracted.set(timeline, (retracted.get(timeline) ?? new Set()).add(offset));
    }
  }

  isRetracted(timeline: string, offset: number): boolean {
    return this.retractable(timeline, offset)?.isRetracted ?? false;
  }

  publishOnline(payload: number): void {
    for (const session of this.sessions.values()) session.online.push(payload);
  }

  join(group: string, user: string): void {
    const members = this.members.get(group);
    if (!members || members.has(user)) return;
    members.add(user);
    const timeline = `group:${group}`;
    const since = this.head(timeline);
    this.readings.set(key(user, timeline), { since, cursor: since, read: new Set() });
    for (const session of this.sessionsOf(user)) {
      if (!session.due.has(timeline)) session.due.set(timeline, { must: new Set(), may: new Set() });
    }
  }

  leave(group: string, user: string): void {
    this.members.get(group)?.delete(user);
    this.readings.delete(key(user, `group:${group}`));
  }

  /** Goes on after what the device had acknowledged, or else after what the user has read. */
  connect(id: string, user: string, device: string): void {
    const due = new Map(this.entitled(user).map((timeline) => [timeline, this.missed(user, device, timeline)]));
    this.sessions.set(id, { user, device, due, retracted: new Map(), online: [] });
  }

  disconnect(id: string): void {
    this.sessions.delete(id);
  }

  acknowledge(id: string, offsets: Readonly<Record<string, number>>): void {
    const { user, device } = this.sessions.get(id) ?? {};
    for (const [timeline, offset] of Object.entries(offsets)) {
      const name = key(user ?? '', device ?? '', timeline);
      this.delivered.set(name, Math.max(offset, this.delivered.get(name) ?? 0));
    }
  }

  readUpTo(user: string, timeline: string, upTo: number): void {
    const reading = this.readings.get(key(user, timeline));
    if (reading) reading.cursor = Math.max(reading.cursor, Math.min(upTo, this.head(timeline)));
  }

  readOne(user: string, timeline: string, offset: number): void {
    if (offset <= this.head(timeline)) this.readings.get(key(user, timeline))?.read.add(offset);
  }

  unread(user: string, now: number): Record<string, number> {
    const counts = this.entitled(user).map((timeline) => {
      const reading = this.readings.get(key(user, timeline));
      const isUnread = ([offset, { expiresAt, isRetracted }]: [number, Message]): boolean =>
        expiresAt > now &&
        !isRetracted &&
        reading !== undefined &&
        offset > reading.cursor &&
        !reading.read.has(offset);
      return [timeline, this.numbered(timeline).filter(isUnread).length] as const;
    });
    return Object.fromEntries(counts);
  }

  /** The last moment at which something expires. */
  lastExpiry(): number {
    const times = [...this.timelines.values()].flat().map(({ expiresAt }) => expiresAt);
    return Math.max(0, ...times.filter((time) => time < Infinity));
  }

  sessionsOf(user: string): Session[] {
    return [...this.sessions.values()].filter((session) => session.user === user);
  }

  entitled(user: string): string[] {
    const groups = this.groups.filter((group) => this.members.get(group)?.has(user));
    return [`user:${user}`, ...groups.map((group) => `group:${group}`), ALL];
  }

  private missed(user: string, device: string, timeline: string): Due {
    const [must, may] = [new Set<number>(), new Set<number>()];
    const { since = 0, cursor = 0, read = new Set() } = this.readings.get(key(user, timeline)) ?? {};
    const delivered = this.delivered.get(key(user, device, timeline));
    // A device's own place counts, but nothing from before one was entitled.
    const from = delivered === undefined ? cursor : Math.max(delivered, since);
    for (const [offset, { expiresAt, isRetracted }] of this.numbered(timeline)) {
      if (offset <= from || isRetracted || expiresAt <= Date.now()) continue;
      // Whether what was read ahead of the cursor comes again is left open.
      const isOpen = expiresAt < Infinity || (delivered === undefined && read.has(offset));
      (isOpen ? may : must).add(offset);
    }
    return { must, may };
  }

  private numbered(timeline: string): [number, Message][] {
    const first = this.first(timeline);
    return this.messagesOf(timeline).map((message, index) => [first + index + 1, message]);
  }

  private messagesOf(timeline: string): Message[] {
    const known = this.timelines.get(timeline);
    if (known) return known;
    const messages: Message[] = [];
    this.timelines.set(timeline, messages);
    return messages;
  }

  private first(timeline: string): number {
    return timeline === ALL ? this.allHead : 0;
  }
}

const key = (...parts: string[]): string => parts.join('\n');

// The real thing beside the model: sessions and calls of one run, with names of its own, and how the two are compared.
import { type ProtocolClient, until } from '@fanfare/testing';
import { payloads, publish, settle, type To } from '../acts.js';
import type { Stage } from '../stage.js';
import type { Message, Model, Session } from './model.js';

/** A message of that ttl is never waited for, but long enough alive to be delivered. */
export const TTL_SECONDS = 1;

export interface Order {
  readonly to: To;
  readonly payload: number;
  readonly from: string | undefined;
  readonly expires: boolean;
}

export class System {
  readonly clients = new Map<string, ProtocolClient>();

  /** @param patienceMs how long the two may differ, as events are on their way */
  constructor(
    readonly stage: Stage,
    private readonly patienceMs: number,
  ) {}

  async publish({ to, payload, from, expires }: Order): Promise<Message> {
    const body = { to, payload, ...(from !== undefined && { from }), ...(expires && { ttlSeconds: TTL_SECONDS }) };
    const { id, state } = await publish(this.stage.api, body);
    if (state === 'queued') {
      const isDone = async (): Promise<boolean> => (await this.stage.api.job(id)).body.state === 'done';
      await until(isDone, { what: `the list ${payload} to be done`, everyMs: 2 });
    }
    // Fanfare's clock is this machine's; it began to count a little before now.
    return { id, payload, from, expiresAt: expires ? Date.now() + TTL_SECONDS * 1000 : Infinity };
  }

  async hasDelivered(model: Model): Promise<void> {
    for (const [id, session] of model.sessions) {
      const client = this.client(id);
      const missing = (): string[] => missingOf(client, session);
      await until(() => missing().length === 0, { what: 'deliveries', deadlineMs: this.patienceMs, everyMs: 2 }).catch(
        () => {
          throw new Error(`${session.user} on ${session.device} was not sent ${missing().join(', ')}`);
        },
      );
    }
  }

  /** Nothing but what was due came, in order and once. */
  async hasDeliveredNothingElse(model: Model): Promise<void> {
    for (const [id, session] of model.sessions) {
      const client = this.client(id);
      await settle(this.stage, client);
      for (const [timeline, { must, may }] of session.due) {
        const offsets = client.offsets(timeline).filter((offset) => offset !== undefined);
        const wrong = offsets.filter((offset, index) => {
          return offset <= (offsets[index - 1] ?? 0) || !(must.has(offset) || may.has(offset));
        });
        if (wrong.length > 0)
          throw new Error(`${session.user} was sent ${timeline} ${offsets.join()}: ${wrong.join()}`);
      }
      const strange = client
        .messages()
        .filter(({ offset, timeline }) => offset !== undefined && !session.due.has(timeline));
      if (strange.length > 0) throw new Error(`${session.user} was sent ${strange[0]?.timeline}`);
      const told = wrongRetraction(client, model);
      if (told) throw new Error(`${session.user} was told that ${told}`);
    }
  }

  /** Unread counts and presence of everybody. */
  async agrees(model: Model): Promise<void> {
    let differs = '';
    const isSame = async (): Promise<boolean> => (differs = await this.difference(model)) === '';
    await until(isSame, { what: 'the counts to agree', deadlineMs: this.patienceMs, everyMs: 20 }).catch(() => {
      throw new Error(differs);
    });
  }

  private async difference(model: Model): Promise<string> {
    const { users: known } = (await this.stage.api.presence(model.users)).body;
    for (const user of model.users) {
      const devices = model.sessionsOf(user).length;
      const presence = known[user];
      if (presence?.devices !== devices || (devices > 0 && !presence.online)) {
        return `${user} has ${devices} sessions, presence says ${JSON.stringify(presence)}`;
      }
      const [counts, wanted] = [(await this.stage.api.unread(user)).body.timelines, model.unread(user, Date.now())];
      const wrong = Object.keys({ ...counts, ...wanted }).filter((name) => (counts[name] ?? 0) !== (wanted[name] ?? 0));
      if (wrong.length > 0)
        return `unread of ${user}: ${JSON.stringify(counts)}, the model says ${JSON.stringify(wanted)}`;
    }
    return '';
  }

  client(id: string): ProtocolClient {
    const client = this.clients.get(id);
    if (!client) throw new Error(`there is no session ${id}`);
    return client;
  }
}

function missingOf(client: ProtocolClient, { due, retracted, online }: Session): string[] {
  const missing = [...due].flatMap(([timeline, { must }]) => {
    const came = new Set(client.offsets(timeline));
    return [...must].filter((offset) => !came.has(offset)).map((offset) => `${timeline} ${offset}`);
  });
  const came = new Set(payloads(client));
  return [
    ...missing,
    ...missingRetractions(client, retracted),
    ...online.filter((payload) => !came.has(payload)).map((payload) => `online ${payload}`),
  ];
}

function missingRetractions(client: ProtocolClient, retracted: Session['retracted']): string[] {
  const told = new Set(client.events('retract').map(({ timeline, offset }) => `${timeline} ${offset}`));
  const wanted = [...retracted].flatMap(([timeline, offsets]) => [...offsets].map((offset) => `${timeline} ${offset}`));
  return wanted.filter((one) => !told.has(one)).map((one) => `the retraction of ${one}`);
}

/** A message that was not taken back, or was told to be twice, or came after that was told. */
function wrongRetraction(client: ProtocolClient, model: Model): string | undefined {
  const told = new Set<string>();
  for (const { event, data } of client.frames) {
    if (event !== 'message' && event !== 'retract') continue;
    const { timeline, offset } = data as { timeline: string; offset?: number };
    const name = `${timeline} ${offset}`;
    if (told.has(name)) return `${name} was retracted, and then sent '${event}' of it`;
    if (event !== 'retract') continue;
    if (!model.isRetracted(timeline, offset ?? 0)) return `${name} was retracted, and it was not`;
    told.add(name);
  }
  return undefined;
}

// A client whose readings are told: what a click marks as read goes over the session, and the strip shows the call that
// would do the same from a backend.
import type { Fanfare, ReadTarget } from '@fanfare/client';
import type { InboxClient } from '@fanfare/react';
import type { Happenings } from '../happenings/happenings.js';
import type { DemoApi } from '../http/demo-api.js';

export interface Telling {
  readonly api: DemoApi;
  readonly happenings: Happenings;
  readonly user: string;
  readonly device: string;
  /** Everything was read. */
  readonly onReadAll: () => void;
}

export function toldClient(client: Fanfare, telling: Telling): InboxClient {
  const { inbox } = client;
  return {
    get status() {
      return client.status;
    },
    get user() {
      return client.user;
    },
    on: (event, listener) => client.on(event, listener),
    inbox: {
      get unread() {
        return inbox.unread;
      },
      page: (query) => inbox.page(query),
      read: (target) => tell(telling, 'one message', bodyOf(target), () => inbox.read(target)),
      readAll: async () => {
        await tell(telling, 'everything', { everything: true }, () => inbox.readAll());
        telling.onReadAll();
      },
    },
  };
}

async function tell<T>(
  { api, happenings, user, device }: Telling,
  what: string,
  body: unknown,
  read: () => Promise<T>,
) {
  const curl = api.curl({ method: 'POST', path: `/v1/users/${user}/read`, body });
  const note = 'Sent over the session of the device, as the frame `read`. From a backend it is:';
  const end = happenings.begin(`${user} reads ${what} on the ${device}`, curl, note);
  try {
    const answer = await read();
    end({ status: 200, answer: JSON.stringify(answer ?? { unread: 0 }) });
    return answer;
  } catch (error) {
    end({ status: 0, answer: String(error) });
    throw error;
  }
}

function bodyOf(target: ReadTarget): unknown {
  if ('upTo' in target || 'offsets' in target) return target;
  return { timeline: target.timeline, offsets: [target.offset] };
}

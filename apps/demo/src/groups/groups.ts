// Which groups there are and who is in them: read from the api when the page opens, then kept by what the devices are told.
import { type UserName, users } from '../cast/cast.js';
import type { DemoApi } from '../http/demo-api.js';
import { Value } from '../state/value.js';

export type Membership = Readonly<Record<string, readonly UserName[]>>;

export class Groups {
  readonly members = new Value<Membership>({});

  constructor(private readonly api: DemoApi) {}

  async load(): Promise<void> {
    await Promise.all(
      users.map(async (user) => {
        const { status, body } = await this.api.quietly({ method: 'GET', path: `/v1/users/${user}/groups` });
        if (status !== 200) return;
        for (const { group } of (body as { groups: { group: string }[] }).groups) this.note(group, user, true);
      }),
    );
  }

  async create(group: string): Promise<void> {
    const call = { method: 'PUT', path: `/v1/groups/${encodeURIComponent(group)}`, body: {} } as const;
    const { status } = await this.api.call(`Create the group “${group}”`, call);
    if (status === 200 || status === 201) this.members.set({ [group]: [], ...this.members.get() });
  }

  async setMember(group: string, user: UserName, isMember: boolean): Promise<void> {
    const path = `/v1/groups/${encodeURIComponent(group)}/members/${user}`;
    const [method, verb] = isMember ? (['PUT', 'joins'] as const) : (['DELETE', 'leaves'] as const);
    const { status } = await this.api.call(`${user} ${verb} “${group}”`, { method, path });
    if (status >= 200 && status < 300) this.note(group, user, isMember);
  }

  note(group: string, user: UserName, isMember: boolean): void {
    const others = (this.members.get()[group] ?? []).filter((member) => member !== user);
    this.members.set({ ...this.members.get(), [group]: isMember ? [...others, user] : others });
  }

  async erase(): Promise<void> {
    for (const group of Object.keys(this.members.get())) {
      const call = { method: 'DELETE', path: `/v1/groups/${encodeURIComponent(group)}` } as const;
      await this.api.call(`Delete the group “${group}”`, call);
    }
    this.members.set({});
  }
}

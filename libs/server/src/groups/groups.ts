/** Groups and who is in them. Once a leaving has been answered, nothing accepted later reaches that user. */
import type {
  GroupView as Group,
  Member,
  MemberPage,
  MembersRequest,
  OnlineUser,
  PutGroupRequest,
} from '@fanfare/contracts';
import { type Caller, type CallOptions, segment } from '../calls/caller.js';
import { everything, from, type PageOptions } from '../calls/pages.js';
import type { GroupPresencePage, MemberChanges, Membership } from './answers.js';

export class Groups {
  constructor(private readonly caller: Caller) {}

  /** @throws FanfareError group_unknown */
  get(group: string, options?: CallOptions): Promise<Group> {
    return this.caller.call({ method: 'GET', path: path(group) }, options);
  }

  /** Makes it, or replaces its retention. */
  put(
    group: string,
    settings: PutGroupRequest = {},
    options?: CallOptions,
  ): Promise<PutGroupRequest & { readonly id: string }> {
    return this.caller.call({ method: 'PUT', path: path(group), body: settings }, options);
  }

  delete(group: string, options?: CallOptions): Promise<void> {
    return this.caller.call({ method: 'DELETE', path: path(group) }, options);
  }

  /** Makes the group and the user where there was none. */
  join(group: string, user: string, options?: CallOptions): Promise<Membership> {
    return this.caller.call({ method: 'PUT', path: path(group, `/members/${segment(user)}`) }, options);
  }

  leave(group: string, user: string, options?: CallOptions): Promise<void> {
    return this.caller.call({ method: 'DELETE', path: path(group, `/members/${segment(user)}`) }, options);
  }

  /** Up to 10,000: those of `add` join first, then those of `remove` leave. */
  change(group: string, change: MembersRequest, options?: CallOptions): Promise<MemberChanges> {
    return this.caller.call({ method: 'POST', path: path(group, '/members'), body: change }, options);
  }

  members(group: string, page: PageOptions = {}, options?: CallOptions): Promise<MemberPage> {
    return this.caller.call({ method: 'GET', path: path(group, '/members'), query: { ...page } }, options);
  }

  membersAll(group: string, page: PageOptions = {}, options?: CallOptions): AsyncGenerator<Member, void, undefined> {
    return everything(
      (cursor) => this.members(group, from(page, cursor), options),
      ({ members }) => members,
    );
  }

  /** Members who are online. */
  presence(group: string, page: PageOptions = {}, options?: CallOptions): Promise<GroupPresencePage> {
    return this.caller.call({ method: 'GET', path: path(group, '/presence'), query: { ...page } }, options);
  }

  presenceAll(
    group: string,
    page: PageOptions = {},
    options?: CallOptions,
  ): AsyncGenerator<OnlineUser, void, undefined> {
    return everything(
      (cursor) => this.presence(group, from(page, cursor), options),
      ({ users }) => users,
    );
  }
}

const path = (group: string, rest = ''): string => `/groups/${segment(group)}${rest}`;

// What is to be sent to whom, and the call that sends it.
import type { UserName } from '../cast/cast.js';
import type { Call } from '../http/curl.js';

export type Audience =
  | { readonly kind: 'user'; readonly user: UserName }
  | { readonly kind: 'list'; readonly users: readonly UserName[] }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'online' }
  | { readonly kind: 'all' };
export type AudienceKind = Audience['kind'];

export const priorities = ['normal', 'high', 'urgent', 'bulk'] as const;

export interface Message {
  readonly audience: Audience;
  readonly text: string;
  readonly priority: (typeof priorities)[number];
  /** So many of them, numbered. */
  readonly count: number;
}

export function describe({ audience, text, priority, count }: Message): { title: string; call: Call } {
  const to = addressOf(audience);
  const one = (payload: { text: string }) => ({ to, payload, ...(priority !== 'normal' && { priority }) });
  if (count === 1) {
    return {
      title: `Send to ${nameOf(audience)}`,
      call: { method: 'POST', path: '/v1/messages', body: one({ text }) },
    };
  }
  const messages = Array.from({ length: count }, (_, index) => one({ text: `${text} ${index + 1}` }));
  return {
    title: `Send ${count} to ${nameOf(audience)}`,
    call: { method: 'POST', path: '/v1/messages/batch', body: { messages } },
  };
}

function addressOf(audience: Audience): unknown {
  if (audience.kind === 'user') return { user: audience.user };
  if (audience.kind === 'list') return { users: audience.users };
  if (audience.kind === 'group') return { group: audience.group };
  return audience.kind === 'online' ? { online: true } : { all: true };
}

function nameOf(audience: Audience): string {
  if (audience.kind === 'user') return audience.user;
  if (audience.kind === 'list') return audience.users.join(', ');
  if (audience.kind === 'group') return `the group “${audience.group}”`;
  return audience.kind === 'online' ? 'everyone online' : 'everyone';
}

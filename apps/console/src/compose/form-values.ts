/**
 * What is typed into the compose form, as text, and the schema that says what is wrong with it before anything is sent. The
 * api has the last word; its own schema would bring the whole of contracts into the browser.
 */
import { z } from 'zod';
import { parseJson } from './json';

// Compiled schemas need `eval`, which the page's security policy forbids.
z.config({ jitless: true });

export const AUDIENCES = ['user', 'users', 'group', 'all', 'online'] as const;
export type AudienceKind = (typeof AUDIENCES)[number];

const MAX_PAYLOAD_BYTES = 64 * 1024;
const MAX_USERS = 100_000;
const MAX_TTL_SECONDS = 90 * 24 * 3600;

const json = z.string().superRefine((text, context) => {
  const parsed = parseJson(text);
  if ('error' in parsed) context.addIssue({ code: 'custom', message: parsed.error });
});

const fields = z.object({
  audience: z.enum(AUDIENCES),
  user: z.string(),
  users: z.string(),
  group: z.string(),
  where: z.string(),
  payload: json.refine((text) => new Blob([text]).size <= MAX_PAYLOAD_BYTES, { error: 'More than 64 KiB.' }),
  type: z.string().max(128, { error: 'At most 128 bytes.' }),
  priority: z.enum(['urgent', 'high', 'normal', 'bulk']),
  ttlSeconds: z.string().refine(isTtl, { error: `A whole number of seconds, 1 to ${MAX_TTL_SECONDS} (90 days).` }),
  deliverAt: z.string(),
  ephemeral: z.boolean(),
  from: z.string().max(128, { error: 'At most 128 bytes.' }),
});
export type FormValues = z.infer<typeof fields>;

export const formSchema = fields.superRefine((values, context) => {
  const refuse = (field: keyof FormValues, message: string) =>
    context.addIssue({ code: 'custom', path: [field], message });
  if (values.audience === 'user' && values.user === '') refuse('user', 'Name the user.');
  if (values.audience === 'group' && values.group === '') refuse('group', 'Name the group.');
  if (values.audience === 'users') {
    const { length } = listed(values.users);
    if (length === 0) refuse('users', 'Name at least one user.');
    if (length > MAX_USERS) refuse('users', `${length} users; a message takes 100,000 at most.`);
  }
  const objection = canFilter(values.audience) ? objectionToWhere(values.where) : undefined;
  if (objection !== undefined) refuse('where', objection);
});

export const emptyForm: FormValues = {
  ...{ audience: 'user', user: '', users: '', group: '', where: '' },
  ...{ payload: '{\n  "text": "Hello"\n}', type: '', priority: 'normal' },
  ...{ ttlSeconds: '', deliverAt: '', ephemeral: false, from: '' },
};

export const canFilter = (audience: AudienceKind): boolean => audience === 'group' || audience === 'all';

/** One user a line, or with commas between; spaces around are not meant. */
export function listed(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((user) => user.trim())
    .filter((user) => user !== '');
}

function isTtl(text: string): boolean {
  return text === '' || (/^\d{1,7}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_TTL_SECONDS);
}

function objectionToWhere(text: string): string | undefined {
  if (text.trim() === '') return undefined;
  const parsed = parseJson(text);
  if ('error' in parsed) return parsed.error;
  const { value } = parsed;
  const isFilter = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isFilter ? undefined : 'An object of attributes and what they have to be.';
}

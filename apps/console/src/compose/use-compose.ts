/** The request that the form says, and what became of it. */
import type { PublishRequest } from '@fanfare/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { UseFormReturn } from 'react-hook-form';
import { jobKeys } from '../jobs/queries';
import { messageKeys } from '../messages/queries';
import { toastDone } from '../toasts/toasts';
import { formSchema, type FormValues } from './form-values';
import { dryRun, newIdempotencyKey, publish } from './queries';
import { requestOf } from './request';

export type Compose = ReturnType<typeof useCompose>;

export function useCompose(form: UseFormReturn<FormValues>) {
  const client = useQueryClient();
  const [sent, setSent] = useState(0);
  const text = JSON.stringify(form.watch());
  /** null while the form is not complete. */
  const request = useMemo(() => keyed(text, sent), [text, sent]);
  const tryOut = useMutation({ mutationFn: dryRun });
  const send = useMutation({
    mutationFn: publish,
    onSuccess: async ({ state }) => {
      toastDone(state === 'published' ? 'The message is published' : `The message is ${state}`);
      setSent((count) => count + 1);
      await client.invalidateQueries({ queryKey: messageKeys.all });
      await client.invalidateQueries({ queryKey: jobKeys.all });
    },
  });
  return { request, tryOut, send, current: () => required(request) };
}

/** `_` counts what was sent: the same form once more is another message. */
function keyed(text: string, _: number): PublishRequest | null {
  const { success, data } = formSchema.safeParse(JSON.parse(text));
  return success ? { ...requestOf(data), idempotencyKey: newIdempotencyKey() } : null;
}

/** Asked for only after the form was found complete. */
function required(request: PublishRequest | null): PublishRequest {
  if (request === null) throw new Error('the form is not complete');
  return request;
}

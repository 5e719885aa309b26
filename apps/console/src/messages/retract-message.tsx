/** Takes a published message back: from the timeline that it is in, or of a list and a filter for one user. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ConfirmButton } from '../dialog/confirm-button';
import { Field } from '../form/field';
import { Panel } from '../page/panel';
import { toastDone, toastFailed } from '../toasts/toasts';
import type { Message } from './message-page';
import { messageKeys, retractMessage } from './queries';

export function RetractMessage({ message }: { readonly message: Message }) {
  const { id, record, job } = message;
  const [user, setUser] = useState('');
  const retracting = useRetract(id);
  const known = record?.timeline ?? ownTimeline(message);
  if (job === null ? known === undefined : job.state === 'scheduled' || job.state === 'cancelled') return null;
  const timeline = known ?? `user:${user}`;
  return (
    <Panel title="Take it back">
      <div className="panel-body">
        <p className="muted">
          What it said is erased; devices that have it are told, the others never see it. Its offset stays used.
        </p>
        <div className="inline-form">
          {known === undefined && (
            <Field label="For the user">
              {(control) => (
                <input {...control} value={user} maxLength={128} onChange={({ target }) => setUser(target.value)} />
              )}
            </Field>
          )}
          <ConfirmButton
            label="Retract"
            className="button-danger"
            title={`Retract it from ${timeline}?`}
            action="Retract"
            isBusy={retracting.isPending || (known === undefined && user === '')}
            onConfirm={() => retracting.mutate(timeline)}
          >
            The message is erased from this timeline. This can’t be undone.
          </ConfirmButton>
        </div>
      </div>
    </Panel>
  );
}

/** Of a scheduled message to one timeline; one with a filter (its job has walked) is in the timelines of its users. */
function ownTimeline({ record, job }: Message): string | undefined {
  if (record?.state !== 'scheduled' || job?.walked !== undefined) return undefined;
  if ('user' in record.to) return `user:${record.to.user}`;
  if ('group' in record.to) return `group:${record.to.group}`;
  return 'all' in record.to ? 'all' : undefined;
}

function useRetract(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (timeline: string) => retractMessage(id, timeline),
    onSuccess: (_, timeline) => toastDone(`It is retracted from ${timeline}`),
    onError: (error) => toastFailed('Could not retract', error),
    onSettled: () => client.invalidateQueries({ queryKey: messageKeys.all }),
  });
}

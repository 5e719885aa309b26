import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useRef } from 'react';
import { toastDone, toastFailed } from '../toasts/toasts';
import { addMember, groupKeys } from './queries';

export function AddMember({ group }: { readonly group: string }) {
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const id = useId();
  const adding = useMutation({
    mutationFn: (user: string) => addMember(group, user),
    onSuccess: (_, user) => {
      toastDone(`${user} is a member`);
      form.current?.reset();
    },
    onError: (error) => toastFailed('Could not add', error),
    onSettled: () => client.invalidateQueries({ queryKey: groupKeys.one(group) }),
  });
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const user = new FormData(event.currentTarget).get('user');
    if (typeof user === 'string' && user !== '') adding.mutate(user);
  }
  return (
    <form ref={form} className="add-member" onSubmit={submit}>
      <label htmlFor={id}>Add a user</label>
      <input id={id} name="user" autoComplete="off" maxLength={128} required />
      <button type="submit" disabled={adding.isPending}>
        Add
      </button>
    </form>
  );
}

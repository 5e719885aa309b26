import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ConfirmButton } from '../dialog/confirm-button';
import { count } from '../format/numbers';
import { Empty } from '../page/empty';
import { Facts } from '../page/facts';
import { Loaded } from '../page/loaded';
import { Panel } from '../page/panel';
import { toastDone, toastFailed } from '../toasts/toasts';
import { readEverything, userKeys, userUnread } from './queries';

export function UserUnread({ id }: { readonly id: string }) {
  const query = useQuery(userUnread(id));
  const reading = useReadEverything(id);
  const total = query.data?.total ?? 0;
  return (
    <Panel
      title="Unread"
      aside={
        total > 0 && (
          <ConfirmButton
            label="Mark all as read"
            className="button-small"
            title={`Mark everything as read for ${id}?`}
            action="Mark all as read"
            isBusy={reading.isPending}
            onConfirm={() => reading.mutate()}
          >
            Read cursors only move forward: this can’t be undone. The user’s open sessions are told.
          </ConfirmButton>
        )
      }
    >
      <Loaded query={query} lines={3}>
        {({ timelines }) => {
          const unread = Object.entries(timelines).filter(([, number]) => number > 0);
          if (unread.length === 0) return <Empty title="Everything is read" />;
          return <Facts facts={unread.map(([name, number]) => ({ name, value: count(number) }))} />;
        }}
      </Loaded>
    </Panel>
  );
}

function useReadEverything(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => readEverything(id),
    onSuccess: () => toastDone(`Everything of ${id} is marked as read`),
    onError: (error) => toastFailed('Could not mark as read', error),
    onSettled: () => client.invalidateQueries({ queryKey: userKeys.one(id) }),
  });
}

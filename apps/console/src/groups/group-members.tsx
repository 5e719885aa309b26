import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { allRows } from '../api/pages';
import { ConfirmButton } from '../dialog/confirm-button';
import { count } from '../format/numbers';
import { Time } from '../format/time';
import { Empty } from '../page/empty';
import { Loaded } from '../page/loaded';
import { Panel } from '../page/panel';
import { columnsOf } from '../table/columns';
import { DataTable } from '../table/data-table';
import { More } from '../table/more';
import { toastDone, toastFailed } from '../toasts/toasts';
import { OnlineBadge } from '../users/online-badge';
import { UserLink } from '../users/users-table';
import { AddMember } from './add-member';
import { groupKeys, groupMembers, groupPresence, type Member, removeMember } from './queries';

interface Row extends Member {
  readonly isOnline: boolean;
}
const columnsWith = (group: string, onRemove: (user: string) => void) =>
  columnsOf<Row>([
    { header: 'User', card: 'title', cell: ({ user }) => <UserLink id={user} /> },
    { header: 'Presence', cell: ({ isOnline }) => <OnlineBadge isOnline={isOnline} /> },
    { header: 'Joined', cell: ({ joinedAt }) => <Time at={joinedAt} /> },
    { header: 'Actions', align: 'end', cell: ({ user }) => <Remove group={group} user={user} onRemove={onRemove} /> },
  ]);

export function GroupMembers({ id }: { readonly id: string }) {
  const query = useInfiniteQuery(groupMembers(id));
  const presence = useQuery(groupPresence(id));
  const { mutate } = useRemove(id);
  const columns = useMemo(() => columnsWith(id, mutate), [id, mutate]);
  const online = useMemo(() => new Set(presence.data?.users.map((user) => user.id)), [presence.data]);
  return (
    <Panel title="Members" aside={<AddMember group={id} />}>
      <Loaded query={query}>
        {(data) => {
          const members = allRows(data, (page) => page.members);
          if (members.length === 0 && !query.hasNextPage)
            return <Empty title="No members">Add the first one above.</Empty>;
          const rows = members.map((member) => ({ ...member, isOnline: online.has(member.user) }));
          return (
            <>
              <DataTable label="Members" columns={columns} rows={rows} rowId={({ user }) => user} />
              <More query={query} shown={`${count(members.length)} of ${count(data.pages.at(-1)?.total ?? 0)} shown`} />
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}

interface RemoveProps {
  readonly group: string;
  readonly user: string;
  readonly onRemove: (user: string) => void;
}

function Remove({ group, user, onRemove }: RemoveProps) {
  return (
    <ConfirmButton
      label="Remove"
      accessibleLabel={`Remove ${user}`}
      className="button-small"
      title={`Remove ${user} from ${group}?`}
      action="Remove"
      onConfirm={() => onRemove(user)}
    >
      Nothing accepted afterwards reaches them. What was sent to the group before can’t be read by them any more.
    </ConfirmButton>
  );
}

function useRemove(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (user: string) => removeMember(id, user),
    onSuccess: (_, user) => toastDone(`${user} is no longer a member`),
    onError: (error) => toastFailed('Could not remove', error),
    onSettled: () => client.invalidateQueries({ queryKey: groupKeys.one(id) }),
  });
}

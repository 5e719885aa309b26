import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link, useParams } from 'react-router';
import { isCode } from '../api/api-error';
import { count, counted } from '../format/numbers';
import { Time } from '../format/time';
import { duration } from '../format/times';
import { Empty } from '../page/empty';
import { Facts } from '../page/facts';
import { Loaded } from '../page/loaded';
import { Page } from '../page/page';
import { Panel } from '../page/panel';
import { toastDone, toastFailed } from '../toasts/toasts';
import { GroupMembers } from './group-members';
import { GroupOnline } from './group-online';
import { rememberGroup } from './opened-groups';
import { type GroupDetail, groupDetail, groupKeys, groupPresence, putGroup } from './queries';

export default function GroupPage() {
  const { id = '' } = useParams();
  const query = useQuery(groupDetail(id));
  const isThere = query.data !== undefined;
  useEffect(() => {
    if (isThere) rememberGroup(id);
  }, [id, isThere]);
  if (isCode(query.error, 'group_unknown', 'not_found')) return <UnknownGroup id={id} />;
  return (
    <Page
      title={id}
      lead="Group"
      actions={
        <Link className="button" to={`/compose?group=${encodeURIComponent(id)}`}>
          Publish to this group
        </Link>
      }
    >
      <div className="columns">
        <Panel title="About">
          <Loaded query={query}>{(group) => <GroupFacts group={group} />}</Loaded>
        </Panel>
        {isThere && <GroupOnline id={id} />}
      </div>
      {isThere && <GroupMembers id={id} />}
    </Page>
  );
}

function GroupFacts({ group }: { readonly group: GroupDetail }) {
  const presence = useQuery(groupPresence(group.id));
  const { messages, seconds } = group.retention ?? {};
  return (
    <Facts
      facts={[
        { name: 'Members', value: count(group.members) },
        {
          name: 'Online',
          value: presence.data ? `${presence.data.approximate ? 'about ' : ''}${count(presence.data.online)}` : '…',
        },
        { name: 'Messages sent', value: count(group.head) },
        { name: 'Created', value: <Time at={group.createdAt} /> },
        messages !== undefined && { name: 'Keeps', value: counted(messages, 'message') },
        seconds !== undefined && { name: 'Keeps for', value: duration(seconds * 1000) },
      ]}
    />
  );
}

function UnknownGroup({ id }: { readonly id: string }) {
  const client = useQueryClient();
  const making = useMutation({
    mutationFn: () => putGroup(id),
    onSuccess: () => toastDone(`The group ${id} is made`),
    onError: (error) => toastFailed('Could not make the group', error),
    onSettled: () => client.invalidateQueries({ queryKey: groupKeys.one(id) }),
  });
  return (
    <Page
      title={id}
      lead="Group"
      actions={
        <button type="button" disabled={making.isPending} onClick={() => making.mutate()}>
          Make this group
        </button>
      }
    >
      <Empty title="There is no group of this name">
        A group exists from its first member on, or when it is made. <Link to="/groups">Open another one</Link>
      </Empty>
    </Page>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { isCode } from '../api/api-error';
import { Time } from '../format/time';
import { count } from '../format/numbers';
import { Empty } from '../page/empty';
import { Facts } from '../page/facts';
import { Loaded } from '../page/loaded';
import { Page } from '../page/page';
import { Panel } from '../page/panel';
import { OnlineBadge } from './online-badge';
import { userDetail, type UserDetail } from './queries';
import { UserGroups } from './user-groups';
import { UserInbox } from './user-inbox';
import { UserSessions } from './user-sessions';
import { UserUnread } from './user-unread';

export default function UserPage() {
  const { id = '' } = useParams();
  const query = useQuery(userDetail(id));
  if (isCode(query.error, 'not_found')) {
    return (
      <Page title={id} lead="User">
        <Empty title="This user is not known">
          A user is known from the first message, group or connection on. <Link to="/users">Back to the users</Link>
        </Empty>
      </Page>
    );
  }
  return (
    <Page
      title={id}
      lead="User"
      actions={
        <Link className="button" to={`/compose?user=${encodeURIComponent(id)}`}>
          Write to this user
        </Link>
      }
    >
      <div className="columns">
        <Panel title="Presence" aside={<OnlineBadge isOnline={query.data?.presence.online} />}>
          <Loaded query={query}>{(user) => <UserFacts user={user} />}</Loaded>
        </Panel>
        <UserSessions id={id} />
        <UserUnread id={id} />
        <UserGroups id={id} />
      </div>
      <UserInbox id={id} />
    </Page>
  );
}

function UserFacts({ user }: { readonly user: UserDetail }) {
  const { presence, counts, attributes, createdAt } = user;
  return (
    <Facts
      facts={[
        presence.since !== undefined && { name: 'Online since', value: <Time at={presence.since} /> },
        presence.lastSeen !== undefined && { name: 'Last seen', value: <Time at={presence.lastSeen} /> },
        { name: 'Open sessions', value: count(presence.devices) },
        { name: 'Unread', value: count(counts.unread) },
        { name: 'Groups', value: count(counts.groups) },
        { name: 'Known since', value: <Time at={createdAt} /> },
        { name: 'Attributes', value: <Attributes attributes={attributes} /> },
      ]}
    />
  );
}

function Attributes({ attributes }: Pick<UserDetail, 'attributes'>) {
  const entries = Object.entries(attributes);
  if (entries.length === 0) return <span className="muted">none</span>;
  return (
    <ul>
      {entries.map(([name, value]) => (
        <li key={name}>
          <code>
            {name}: {JSON.stringify(value)}
          </code>
        </li>
      ))}
    </ul>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Badge } from '../page/badge';
import { Empty } from '../page/empty';
import { Loaded } from '../page/loaded';
import { Panel } from '../page/panel';
import { UserLink } from '../users/users-table';
import { entryOf, type Found, type PlacedRecord } from './queries';

/** What it says, read through the inbox of somebody it went to; of a message to one user also whether they have read it. */
export function MessageContent({ record }: { readonly record: PlacedRecord }) {
  const query = useQuery(entryOf(record));
  const entry = query.data?.entry;
  return (
    <Panel title="Content" aside={entry && 'user' in record.to && <ReadBadge isRead={entry.read} />}>
      <Loaded query={query} lines={3}>
        {(found) => (found.entry === null ? <Missing found={found} /> : <Content found={found} record={record} />)}
      </Loaded>
    </Panel>
  );
}

const ReadBadge = ({ isRead }: { readonly isRead: boolean }) =>
  isRead ? <Badge tone="good">Read by the user</Badge> : <Badge tone="accent">Unread</Badge>;

function Content({ found: { reader, entry }, record }: { readonly found: Found; readonly record: PlacedRecord }) {
  return (
    <div className="panel-body">
      {reader !== null && !('user' in record.to) && (
        <p>
          As <UserLink id={reader} /> finds it in their inbox.
        </p>
      )}
      <pre className="code-block" tabIndex={0} aria-label="Payload">
        {JSON.stringify(entry?.message.payload, null, 2)}
      </pre>
    </div>
  );
}

function Missing({ found: { reader } }: { readonly found: Found }) {
  if (reader !== null) {
    return <Empty title="The entry is gone">It was retracted, it expired, or newer ones took its place.</Empty>;
  }
  return (
    <Empty title="Nobody to read it through">
      Of those who are there now, none of the first hundred was there when it was sent.
    </Empty>
  );
}

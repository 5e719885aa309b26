/** What the user may read, all timelines merged, with what has been read. Looking at it here marks nothing as read. */
import type { DeliveredMessage, InboxMessage } from '@fanfare/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { allRows } from '../api/pages';
import { counted } from '../format/numbers';
import { Time } from '../format/time';
import { Badge } from '../page/badge';
import { Empty } from '../page/empty';
import { Loaded } from '../page/loaded';
import { Panel } from '../page/panel';
import { columnsOf } from '../table/columns';
import { DataTable } from '../table/data-table';
import { More } from '../table/more';
import { excerpt } from './excerpt';
import { userInbox } from './queries';

type Row = Omit<InboxMessage, 'message'> & { readonly message: DeliveredMessage };
const columns = columnsOf<Row>([
  { header: 'State', cell: ({ read }) => (read ? <Badge>Read</Badge> : <Badge tone="accent">Unread</Badge>) },
  { header: 'Timeline', cell: ({ timeline }) => timeline },
  { header: 'Offset', align: 'end', card: 'minor', cell: ({ offset }) => offset },
  { header: 'Type', cell: ({ message }) => message.type },
  {
    header: 'Payload',
    card: 'title',
    cell: ({ message: { id, payload } }) => (
      <Link className="mono" to={`/messages/${id}`}>
        {excerpt(payload)}
      </Link>
    ),
  },
  { header: 'Sent', cell: ({ message }) => <Time at={message.at} /> },
]);

export function UserInbox({ id }: { readonly id: string }) {
  const [onlyUnread, setOnlyUnread] = useState(false);
  const query = useInfiniteQuery(userInbox(id, onlyUnread));
  return (
    <Panel
      title="Inbox"
      aside={
        <label className="check">
          <input type="checkbox" checked={onlyUnread} onChange={(event) => setOnlyUnread(event.target.checked)} />
          Only unread
        </label>
      }
    >
      <Loaded query={query}>
        {(data) => {
          const rows = allRows(data, ({ messages }) => messages) as Row[];
          if (rows.length === 0 && !query.hasNextPage) {
            return <Empty title={onlyUnread ? 'Nothing is unread' : 'Nothing was sent to this user yet'} />;
          }
          return (
            <>
              <DataTable
                label="Inbox"
                columns={columns}
                rows={rows}
                rowId={(row) => `${row.timeline} ${row.offset} ${row.epoch}`}
              />
              <More query={query} shown={`${counted(rows.length, 'message')} shown, newest first`} />
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}

import type { PublishRecord } from '@fanfare/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { createColumnHelper } from '@tanstack/react-table';
import { Link } from 'react-router';
import { allRows } from '../api/pages';
import { counted } from '../format/numbers';
import { Time } from '../format/time';
import { Empty } from '../page/empty';
import { Loaded } from '../page/loaded';
import { Page } from '../page/page';
import { Panel } from '../page/panel';
import { columnsOf } from '../table/columns';
import { DataTable } from '../table/data-table';
import { More } from '../table/more';
import { AudienceText } from './audience-text';
import { publishLog } from './queries';
import { RecordStateBadge } from './record-state-badge';

const column = createColumnHelper<PublishRecord>();
const columns = columnsOf<PublishRecord>([
  column.accessor('at', { header: 'Accepted', cell: ({ getValue }) => <Time at={getValue()} /> }),
  column.accessor('id', {
    header: 'Message',
    cell: ({ getValue }) => (
      <Link className="mono" to={`/messages/${getValue()}`}>
        {getValue()}
      </Link>
    ),
  }),
  column.accessor('to', { header: 'To', cell: ({ getValue }) => <AudienceText to={getValue()} /> }),
  column.accessor((record) => record.type ?? 'message', { id: 'type', header: 'Type' }),
  column.accessor((record) => record.priority ?? 'normal', { id: 'priority', header: 'Priority' }),
  column.accessor('state', { header: 'Answer', cell: ({ getValue }) => <RecordStateBadge state={getValue()} /> }),
]);

export default function MessagesPage() {
  const query = useInfiniteQuery(publishLog());
  return (
    <Page
      title="Publish log"
      lead="What was accepted lately, newest first. A record to look at: the newest are kept, and a message shows up a moment after its answer."
      actions={
        <Link className="button button-primary" to="/compose">
          Compose
        </Link>
      }
    >
      <Panel title="Messages">
        <Loaded query={query} lines={8}>
          {(data) => {
            const rows = allRows(data, ({ messages }) => messages);
            if (rows.length === 0) {
              return (
                <Empty title="Nothing was published yet">
                  <Link to="/compose">Compose the first message</Link>
                </Empty>
              );
            }
            return (
              <>
                <DataTable label="Messages" columns={columns} rows={unique(rows)} rowId={({ id }) => id} />
                <More query={query} shown={`${counted(rows.length, 'message')} shown`} />
              </>
            );
          }}
        </Loaded>
      </Panel>
    </Page>
  );
}

/** The log may hold a message twice, and pages shift while more is published. */
function unique(records: PublishRecord[]): PublishRecord[] {
  return [...new Map(records.map((record) => [record.id, record])).values()];
}

import type { PublishRecord } from '@fanfare/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { allRows } from '../api/pages';
import { counted } from '../format/numbers';
import { Time } from '../format/time';
import { MessageLink } from './message-link';
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

const columns = columnsOf<PublishRecord>([
  { header: 'Accepted', cell: ({ at }) => <Time at={at} /> },
  { header: 'Message', card: 'title', cell: ({ id }) => <MessageLink id={id} /> },
  { header: 'To', card: 'wide', cell: ({ to }) => <AudienceText to={to} /> },
  { header: 'Type', cell: ({ type = 'message' }) => type },
  { header: 'Priority', cell: ({ priority = 'normal' }) => priority },
  { header: 'Answer', cell: ({ state }) => <RecordStateBadge state={state} /> },
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

import type { JobView } from '@fanfare/contracts';
import { createColumnHelper } from '@tanstack/react-table';
import { Link } from 'react-router';
import { Time } from '../format/time';
import { columnsOf } from '../table/columns';
import { DataTable } from '../table/data-table';
import { JobProgress } from './job-progress';
import { JobStateBadge } from './job-state-badge';

const column = createColumnHelper<JobView>();
const columns = columnsOf<JobView>([
  column.accessor('state', { header: 'State', cell: ({ getValue }) => <JobStateBadge state={getValue()} /> }),
  column.accessor('id', {
    header: 'Message',
    cell: ({ getValue }) => (
      <Link className="mono" to={`/messages/${getValue()}`}>
        {getValue()}
      </Link>
    ),
  }),
  column.display({ id: 'progress', header: 'Progress', cell: ({ row }) => <JobProgress job={row.original} /> }),
  column.accessor('createdAt', { header: 'Accepted', cell: ({ getValue }) => <Time at={getValue()} /> }),
  column.display({ id: 'note', header: 'Note', cell: ({ row }) => <Note job={row.original} /> }),
]);

export function JobsTable({ jobs }: { readonly jobs: JobView[] }) {
  return <DataTable label="Jobs" columns={columns} rows={jobs} rowId={({ id }) => id} />;
}

function Note({ job: { error, deliverAt, state } }: { readonly job: JobView }) {
  if (error !== undefined && state !== 'done') return <>{error}</>;
  if (deliverAt === undefined || state !== 'scheduled') return <span className="muted">–</span>;
  return (
    <>
      due <Time at={deliverAt} />
    </>
  );
}

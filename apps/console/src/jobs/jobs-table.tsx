import type { JobView } from '@fanfare/contracts';
import { Time } from '../format/time';
import { MessageLink } from '../messages/message-link';
import { columnsOf } from '../table/columns';
import { DataTable } from '../table/data-table';
import { JobProgress } from './job-progress';
import { JobStateBadge } from './job-state-badge';

const columns = columnsOf<JobView>([
  { header: 'State', cell: ({ state }) => <JobStateBadge state={state} /> },
  { header: 'Message', card: 'title', cell: ({ id }) => <MessageLink id={id} /> },
  { header: 'Progress', card: 'wide', cell: (job) => <JobProgress job={job} /> },
  { header: 'Accepted', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { header: 'Note', cell: (job) => <Note job={job} /> },
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

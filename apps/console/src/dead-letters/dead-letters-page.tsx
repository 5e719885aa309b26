import type { JobView } from '@fanfare/contracts';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { createColumnHelper } from '@tanstack/react-table';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { allRows } from '../api/pages';
import { counted } from '../format/numbers';
import { Time } from '../format/time';
import { JobProgress } from '../jobs/job-progress';
import { jobKeys } from '../jobs/queries';
import { Empty } from '../page/empty';
import { Loaded } from '../page/loaded';
import { Page } from '../page/page';
import { Panel } from '../page/panel';
import { columnsOf } from '../table/columns';
import { DataTable } from '../table/data-table';
import { More } from '../table/more';
import { toastDone, toastFailed } from '../toasts/toasts';
import { deadLetterKeys, deadLetterPages, retryDeadLetter } from './queries';

const column = createColumnHelper<JobView>();
const columnsWith = (onRetry: (id: string) => void) =>
  columnsOf<JobView>([
    column.accessor('id', {
      header: 'Message',
      cell: ({ getValue }) => (
        <Link className="mono" to={`/messages/${getValue()}`}>
          {getValue()}
        </Link>
      ),
    }),
    column.accessor('error', { header: 'What went wrong', cell: ({ getValue }) => getValue() ?? 'not told' }),
    column.display({ id: 'progress', header: 'Progress', cell: ({ row }) => <JobProgress job={row.original} /> }),
    column.accessor('createdAt', { header: 'Accepted', cell: ({ getValue }) => <Time at={getValue()} /> }),
    column.display({
      id: 'actions',
      header: 'Actions',
      meta: { align: 'end' },
      cell: ({ row: { original } }) => (
        <button
          type="button"
          className="button-small"
          aria-label={`Retry ${original.id}`}
          onClick={() => onRetry(original.id)}
        >
          Retry
        </button>
      ),
    }),
  ]);

export default function DeadLettersPage() {
  const query = useInfiniteQuery(deadLetterPages());
  const { mutate } = useRetry();
  const columns = useMemo(() => columnsWith(mutate), [mutate]);
  return (
    <Page
      title="Dead letters"
      lead="Jobs that failed five times. A retry goes on where the job stopped: who has the message does not get it again."
    >
      <Panel title="Waiting for a decision">
        <Loaded query={query}>
          {(data) => {
            const rows = allRows(data, ({ deadLetters }) => deadLetters);
            if (rows.length === 0 && !query.hasNextPage) {
              return <Empty title="No dead letters">Every job has been carried out, or is on its way.</Empty>;
            }
            return (
              <>
                <DataTable label="Dead letters" columns={columns} rows={rows} rowId={({ id }) => id} />
                <More query={query} shown={`${counted(rows.length, 'dead letter')} shown`} />
              </>
            );
          }}
        </Loaded>
      </Panel>
    </Page>
  );
}

function useRetry() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: retryDeadLetter,
    onSuccess: () => toastDone('The job is tried again'),
    onError: (error) => toastFailed('Could not retry', error),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: deadLetterKeys.all });
      await client.invalidateQueries({ queryKey: jobKeys.all });
    },
  });
}

import type { JobView } from '@fanfare/contracts';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { allRows } from '../api/pages';
import { counted } from '../format/numbers';
import { Time } from '../format/time';
import { JobProgress } from '../jobs/job-progress';
import { jobKeys } from '../jobs/queries';
import { MessageLink } from '../messages/message-link';
import { Empty } from '../page/empty';
import { Loaded } from '../page/loaded';
import { Page } from '../page/page';
import { Panel } from '../page/panel';
import { columnsOf } from '../table/columns';
import { DataTable } from '../table/data-table';
import { More } from '../table/more';
import { toastDone, toastFailed } from '../toasts/toasts';
import { deadLetterKeys, deadLetterPages, retryDeadLetter } from './queries';

const columnsWith = (onRetry: (id: string) => void) =>
  columnsOf<JobView>([
    { header: 'Message', card: 'title', cell: ({ id }) => <MessageLink id={id} /> },
    { header: 'What went wrong', card: 'wide', cell: ({ error }) => error ?? 'not told' },
    { header: 'Progress', card: 'wide', cell: (job) => <JobProgress job={job} /> },
    { header: 'Accepted', cell: ({ createdAt }) => <Time at={createdAt} /> },
    { header: 'Actions', align: 'end', cell: ({ id }) => <Retry id={id} onRetry={onRetry} /> },
  ]);

function Retry({ id, onRetry }: { readonly id: string; readonly onRetry: (id: string) => void }) {
  return (
    <button type="button" className="button-small" aria-label={`Retry ${id}`} onClick={() => onRetry(id)}>
      Retry
    </button>
  );
}

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

import type { JobState } from '@fanfare/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import { allRows } from '../api/pages';
import { Field } from '../form/field';
import { counted } from '../format/numbers';
import { Empty } from '../page/empty';
import { Loaded } from '../page/loaded';
import { Page } from '../page/page';
import { Panel } from '../page/panel';
import { More } from '../table/more';
import { JobsTable } from './jobs-table';
import { jobPages } from './queries';

const STATES: readonly JobState[] = ['scheduled', 'queued', 'running', 'done', 'failed', 'cancelled'];
const asState = (text: string | null): JobState | null => STATES.find((state) => state === text) ?? null;

export default function JobsPage() {
  const [search, setSearch] = useSearchParams();
  const state = asState(search.get('state'));
  const query = useInfiniteQuery(jobPages(state));
  return (
    <Page
      title="Jobs"
      lead="Lists, filtered audiences and scheduled messages, newest first. The list follows what is running."
    >
      <div className="inline-form">
        <Field label="State">
          {(control) => (
            <select
              {...control}
              value={state ?? ''}
              onChange={({ target }) => setSearch(target.value === '' ? {} : { state: target.value })}
            >
              <option value="">All</option>
              {STATES.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <Panel title={state === null ? 'All jobs' : `Jobs that are ${state}`}>
        <Loaded query={query} lines={8}>
          {(data) => {
            const jobs = allRows(data, (page) => page.jobs);
            if (jobs.length === 0 && !query.hasNextPage) return <NoJobs state={state} />;
            return (
              <>
                <JobsTable jobs={jobs} />
                <More query={query} shown={`${counted(jobs.length, 'job')} shown`} />
              </>
            );
          }}
        </Loaded>
      </Panel>
    </Page>
  );
}

function NoJobs({ state }: { readonly state: JobState | null }) {
  if (state !== null) return <Empty title={`No job is ${state}`} />;
  return (
    <Empty title="No jobs yet">
      A message to a list, with a filter or for later is a job. <Link to="/compose">Send one</Link>
    </Empty>
  );
}

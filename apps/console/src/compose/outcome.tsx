import type { PublishAnswer } from '@fanfare/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { JobProgress } from '../jobs/job-progress';
import { JobStateBadge } from '../jobs/job-state-badge';
import { jobById } from '../jobs/queries';
import { Failure } from '../page/failure';
import type { Compose } from './use-compose';

/** What was answered to the last message that was sent. */
export function Outcome({ compose: { send } }: { readonly compose: Compose }) {
  if (send.error) return <Failure error={send.error} />;
  return <div role="status">{send.data && <Answer answer={send.data} />}</div>;
}

function Answer({ answer }: { readonly answer: PublishAnswer }) {
  const { id, timeline, offset, online, job } = answer;
  return (
    <div className="outcome">
      <p>{sentence(answer)}</p>
      {timeline !== undefined && (
        <p className="muted">
          <code>{timeline}</code> at offset {offset}.{' '}
          {online ? 'Someone was there to receive it.' : 'Nobody was there to receive it at once.'}
        </p>
      )}
      {job !== undefined && <Job id={job} />}
      <Link to={`/messages/${id}`}>Follow its journey</Link>
    </div>
  );
}

function sentence({ state }: PublishAnswer): string {
  if (state === 'published') return 'Published.';
  return state === 'scheduled' ? 'Scheduled: it is sent when its time has come.' : 'Accepted as a job.';
}

function Job({ id }: { readonly id: string }) {
  const { data } = useQuery(jobById(id));
  if (!data) return null;
  return (
    <>
      <JobStateBadge state={data.state} />
      {data.state !== 'scheduled' && <JobProgress job={data} />}
    </>
  );
}

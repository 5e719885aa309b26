/** The steps of a message, those behind it and those before it. */
import type { ReactNode } from 'react';
import { Time } from '../format/time';
import { JobProgress } from '../jobs/job-progress';
import { JobStateBadge } from '../jobs/job-state-badge';
import type { Message } from './message-page';

interface Step {
  readonly title: string;
  readonly state: 'done' | 'now' | 'next' | 'failed';
  readonly detail?: ReactNode;
}

const spoken: Readonly<Record<Step['state'], string>> = {
  done: 'done',
  now: 'in progress',
  next: 'to come',
  failed: 'failed',
};

export function Journey({ message }: { readonly message: Message }) {
  return (
    <ol className="journey">
      {stepsOf(message).map(({ title, state, detail }) => (
        <li key={title} className={`journey-${state}`}>
          <p className="journey-title">
            {title} <span className="visually-hidden">({spoken[state]})</span>
          </p>
          {detail !== undefined && <div className="journey-detail">{detail}</div>}
        </li>
      ))}
    </ol>
  );
}

function stepsOf(message: Message): readonly Step[] {
  const { record, job } = message;
  const acceptedAt = record?.at ?? job?.createdAt;
  const accepted: Step = {
    title: 'Accepted',
    state: 'done',
    detail: acceptedAt !== undefined && <Time at={acceptedAt} />,
  };
  return [accepted, ...(job === null ? direct(message) : ofJob(message, job))];
}

function direct({ record }: Message): readonly Step[] {
  if (record?.timeline === undefined) {
    return [{ title: 'Sent to who was online', state: 'done', detail: 'Nothing of it was kept.' }];
  }
  const detail = (
    <p>
      <code>{record.timeline}</code> at offset {record.offset}: pushed to who is online, waiting for the others.
    </p>
  );
  return [{ title: 'Stored', state: 'done', detail }];
}

function ofJob(_: Message, job: NonNullable<Message['job']>): readonly Step[] {
  const steps: Step[] = [];
  if (job.deliverAt !== undefined) steps.push(waiting(job, job.deliverAt));
  if (job.state === 'cancelled') return [...steps, { title: 'Cancelled', state: 'failed', detail: 'Nobody got it.' }];
  steps.push({ title: 'Carried out', state: workState(job.state), detail: <Work job={job} /> });
  return steps;
}

function waiting({ state }: NonNullable<Message['job']>, deliverAt: number): Step {
  return {
    title: 'Waits for its time',
    state: state === 'scheduled' ? 'now' : 'done',
    detail: <Time at={deliverAt} />,
  };
}

function workState(state: NonNullable<Message['job']>['state']): Step['state'] {
  if (state === 'done') return 'done';
  if (state === 'failed') return 'failed';
  return state === 'scheduled' ? 'next' : 'now';
}

function Work({ job }: { readonly job: NonNullable<Message['job']> }) {
  return (
    <>
      <JobStateBadge state={job.state} />
      {job.state !== 'scheduled' && <JobProgress job={job} />}
      {job.error !== undefined && job.state !== 'done' && <p>{job.error}</p>}
    </>
  );
}

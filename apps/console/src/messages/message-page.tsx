/** A message's journey: what the log says of it, how far its job has come, and where it is to be read now. */
import type { JobView, PublishRecord } from '@fanfare/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { isCode } from '../api/api-error';
import { jobById } from '../jobs/queries';
import { Empty } from '../page/empty';
import { Loaded } from '../page/loaded';
import { Page } from '../page/page';
import { Panel } from '../page/panel';
import { CancelMessage } from './cancel-message';
import { Journey } from './journey';
import { MessageContent } from './message-content';
import { MessageFacts } from './message-facts';
import { type PlacedRecord, publishRecord } from './queries';
import { RetractMessage } from './retract-message';

export interface Message {
  readonly id: string;
  readonly record: PublishRecord | null;
  /** null for what is no job. */
  readonly job: JobView | null;
}

export default function MessagePage() {
  const { id = '' } = useParams();
  const query = useMessage(id);
  const message = query.data;
  return (
    <Page
      title="Message"
      lead={<code>{id}</code>}
      actions={message?.job?.state === 'scheduled' && <CancelMessage id={id} />}
    >
      <Loaded query={query} lines={8}>
        {(found) => (found.record === null && found.job === null ? <Unknown /> : <Known message={found} />)}
      </Loaded>
    </Page>
  );
}

function Known({ message }: { readonly message: Message }) {
  const { record } = message;
  return (
    <>
      <div className="columns">
        <Panel title="Journey">
          <Journey message={message} />
        </Panel>
        <Panel title="About">
          <MessageFacts message={message} />
        </Panel>
      </div>
      {isPlaced(record) && <MessageContent record={record} />}
      <RetractMessage message={message} />
    </>
  );
}

/** What a list or a job sent lies in many timelines, and the log does not say whose. */
function isPlaced(record: PublishRecord | null): record is PlacedRecord {
  return record?.timeline !== undefined && record.offset !== undefined;
}

const Unknown = () => (
  <Empty title="Nothing is known of this message">
    It is no job, and the publish log does not hold it (any more). <Link to="/messages">Back to the log</Link>
  </Empty>
);

/** Both of what a message may be known by, as one. Whether there is a job is an answer, not a fault. */
function useMessage(id: string) {
  const job = useQuery(jobById(id));
  const record = useQuery(publishRecord(id));
  const isNoJob = isCode(job.error, 'not_found', 'invalid');
  const isKnown = record.data !== undefined && (isNoJob || job.data !== undefined);
  return {
    data: isKnown ? { id, record: record.data, job: job.data ?? null } : undefined,
    error: record.error ?? (isNoJob ? null : job.error),
    isFetching: record.isFetching || job.isFetching,
    refetch: () => Promise.all([job.refetch(), record.refetch()]),
  };
}

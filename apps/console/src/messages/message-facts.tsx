import { Time } from '../format/time';
import { Facts } from '../page/facts';
import { AudienceText } from './audience-text';
import type { Message } from './message-page';

export function MessageFacts({ message: { record, job } }: { readonly message: Message }) {
  return (
    <Facts
      facts={[
        record !== null && { name: 'To', value: <AudienceText to={record.to} /> },
        record !== null && { name: 'Type', value: record.type ?? 'message' },
        record !== null && { name: 'Priority', value: record.priority ?? 'normal' },
        record?.from !== undefined && { name: 'From', value: record.from },
        record?.timeline !== undefined && { name: 'Timeline', value: <code>{record.timeline}</code> },
        record?.offset !== undefined && { name: 'Offset', value: record.offset },
        record?.epoch !== undefined && { name: 'Epoch', value: <code>{record.epoch}</code> },
        job?.deliverAt !== undefined && { name: 'Due', value: <Time at={job.deliverAt} /> },
        record === null && { name: 'Log', value: 'The publish log no longer holds it; this is what its job tells.' },
      ]}
    />
  );
}

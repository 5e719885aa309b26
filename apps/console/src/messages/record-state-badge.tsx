import type { PublishRecord } from '@fanfare/contracts';
import { Badge, type Tone } from '../page/badge';

const looks: Readonly<Record<PublishRecord['state'], readonly [Tone, string]>> = {
  published: ['good', 'Published'],
  queued: ['accent', 'Job'],
  scheduled: ['neutral', 'Scheduled'],
};

/** What was answered when it was accepted; a job's state now is on its page. */
export function RecordStateBadge({ state }: Pick<PublishRecord, 'state'>) {
  const [tone, text] = looks[state];
  return <Badge tone={tone}>{text}</Badge>;
}

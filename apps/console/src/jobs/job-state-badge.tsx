import type { JobState } from '@fanfare/contracts';
import { Badge, type Tone } from '../page/badge';

const looks: Readonly<Record<JobState, readonly [Tone, string]>> = {
  scheduled: ['neutral', 'Scheduled'],
  queued: ['warn', 'Queued'],
  running: ['accent', 'Running'],
  done: ['good', 'Done'],
  failed: ['bad', 'Failed'],
  cancelled: ['neutral', 'Cancelled'],
};

export function JobStateBadge({ state }: { readonly state: JobState }) {
  const [tone, text] = looks[state];
  return <Badge tone={tone}>{text}</Badge>;
}

import type { JobView } from '@fanfare/contracts';
import { useId } from 'react';
import { count } from '../format/numbers';

/** How far a job has come. With a filter the total grows while users are looked at, so there is no bar until it is done. */
export function JobProgress({ job }: { readonly job: JobView }) {
  const id = useId();
  const { done, total, walked, state } = job;
  const isOpen = walked !== undefined && state !== 'done';
  const text = isOpen
    ? `${count(done)} of ${count(total)} found, ${count(walked)} looked at`
    : `${count(done)} of ${count(total)}`;
  return (
    <div className="progress">
      <span id={id}>{text}</span>
      <Bar labelledBy={id} value={done} max={total} isOpen={isOpen && state === 'running'} isDone={state === 'done'} />
    </div>
  );
}

interface BarProps {
  readonly labelledBy: string;
  readonly value: number;
  readonly max: number;
  readonly isOpen: boolean;
  readonly isDone: boolean;
}

function Bar({ labelledBy, value, max, isOpen, isDone }: BarProps) {
  if (isOpen) return <progress aria-labelledby={labelledBy} />;
  // A filter that nobody fitted is done with nobody.
  return <progress aria-labelledby={labelledBy} value={isDone && max === 0 ? 1 : value} max={Math.max(1, max)} />;
}

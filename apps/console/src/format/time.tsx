import { dateAndTime, relative } from './times';

/** How long ago, with the full time for whoever asks. */
export function Time({ at }: { readonly at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={dateAndTime(at)} className="time">
      {relative(at)}
    </time>
  );
}

// What happened: each click with the curl that does the same, and the answer.
import { type ReactNode, useState } from 'react';
import { presenceCall } from '../presence/presence.js';
import { useStage } from '../stage/stage-context.js';
import { useValue } from '../state/value.js';
import type { Happening } from './happenings.js';

export function Strip(): ReactNode {
  const { happenings, api } = useStage();
  const list = useValue(happenings.list);
  return (
    <section className="panel strip" aria-labelledby="strip">
      <h2 id="strip">What happened</h2>
      {list.length === 0 && (
        <p className="caption">Every click appears here with the curl behind it, to be tried in a terminal.</p>
      )}
      <ol className="happenings">
        {list.map((happening, index) => (
          <li key={happening.id}>
            <Card happening={happening} isOpen={index === 0} />
          </li>
        ))}
      </ol>
      <details className="polled">
        <summary>Asked each second: who is online</summary>
        <Code text={api.curl(presenceCall)} label="presence" />
      </details>
    </section>
  );
}

interface CardProps {
  readonly happening: Happening;
  /** The newest is, until another takes its place. */
  readonly isOpen: boolean;
}

function Card({ happening: { title, note, curl, status, answer, tookMs }, isOpen }: CardProps): ReactNode {
  return (
    <details className="happening" open={isOpen}>
      <summary>
        <span className="happening-title">{title}</span>
        <span className="code" data-ok={status === undefined ? 'waiting' : status >= 200 && status < 300}>
          {status === undefined ? '…' : status === 0 ? 'failed' : status}
          {tookMs !== undefined && <span className="took"> {tookMs} ms</span>}
        </span>
      </summary>
      <div className="happening-body">
        {note && <p className="caption">{note}</p>}
        <Code text={curl} label={title} />
        {answer !== undefined && answer !== '' && (
          <pre className="answer" tabIndex={0} role="group" aria-label={`Answer to ${title}`}>
            {pretty(answer)}
          </pre>
        )}
      </div>
    </details>
  );
}

function Code({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  return (
    <div className="curl">
      <div className="curl-head">
        curl
        <CopyButton text={text} label={label} />
      </div>
      <pre tabIndex={0} role="group" aria-label={`curl for ${label}`}>
        {text}
      </pre>
    </div>
  );
}

function CopyButton({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const [isCopied, setCopied] = useState(false);
  return (
    <button
      type="button"
      className="copy"
      aria-label={isCopied ? 'Copied' : `Copy the curl for ${label}`}
      onBlur={() => setCopied(false)}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      {isCopied ? 'Copied' : 'Copy'}
    </button>
  );
}

/** A batch answers for each message; the first ones say enough. */
function pretty(answer: string): string {
  const most = 1200;
  try {
    const text = JSON.stringify(JSON.parse(answer), null, 2);
    return text.length > most ? `${text.slice(0, most)}\n…` : text;
  } catch {
    return answer.slice(0, most);
  }
}

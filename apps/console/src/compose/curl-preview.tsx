import type { PublishRequest } from '@fanfare/contracts';
import { Panel } from '../page/panel';
import { toastDone, toastFailed } from '../toasts/toasts';
import { curlOf } from './curl';

export function CurlPreview({ request }: { readonly request: PublishRequest | null }) {
  const text = request === null ? null : curlOf(window.location.origin, request);
  return (
    <Panel
      title="As curl"
      aside={
        text !== null && (
          <button type="button" className="button-small" onClick={() => void copy(text)}>
            Copy
          </button>
        )
      }
    >
      <div className="panel-body">
        {text === null ? (
          <p className="muted">Complete the form, and the command that sends the same is here.</p>
        ) : (
          <pre className="code-block" tabIndex={0} aria-label="curl command">
            {text}
          </pre>
        )}
      </div>
    </Panel>
  );
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toastDone('Copied');
  } catch (error) {
    toastFailed('Could not copy', error);
  }
}

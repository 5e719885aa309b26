import { Cross } from '../frame/icons';
import { dismiss, useToasts } from './toasts';

/** The region is always there, so that screen readers announce what comes into it. */
export function ToastList() {
  return (
    <div className="toasts" role="status" aria-live="polite">
      {useToasts().map(({ id, kind, text }) => (
        <div key={id} className={`toast toast-${kind}`}>
          <p>{text}</p>
          <button type="button" className="button-quiet button-icon" aria-label="Dismiss" onClick={() => dismiss(id)}>
            <Cross />
          </button>
        </div>
      ))}
    </div>
  );
}

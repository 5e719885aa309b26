import { type ReactNode, useState } from 'react';
import { ConfirmDialog } from './confirm-dialog';

interface ConfirmButtonProps {
  readonly label: string;
  /** Where there are many of one label: which one this is, for those who do not see the row. */
  readonly accessibleLabel?: string;
  readonly title: string;
  readonly action: string;
  readonly children: ReactNode;
  readonly className?: string;
  readonly isBusy?: boolean;
  readonly onConfirm: () => void;
}

/** A button that asks first. */
export function ConfirmButton(props: ConfirmButtonProps) {
  const { label, accessibleLabel, title, action, children, className, isBusy = false, onConfirm } = props;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className={className}
        aria-label={accessibleLabel}
        disabled={isBusy}
        onClick={() => setOpen(true)}
      >
        {label}
      </button>
      {isOpen && (
        <ConfirmDialog
          title={title}
          action={action}
          onClose={() => setOpen(false)}
          onConfirm={() => {
            setOpen(false);
            onConfirm();
          }}
        >
          {children}
        </ConfirmDialog>
      )}
    </>
  );
}

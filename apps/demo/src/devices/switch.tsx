import type { ReactNode } from 'react';

interface SwitchProps {
  readonly label: string;
  /** For who does not see where it stands. */
  readonly of: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

export function Switch({ label, of, isOn, onChange }: SwitchProps): ReactNode {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={isOn}
      aria-label={`${label}, ${of}`}
      className="switch"
      onClick={() => onChange(!isOn)}
    >
      <span className="switch-track" aria-hidden="true" />
      {label}
    </button>
  );
}

import type { ReactNode } from 'react';
import type { DeviceName } from '../cast/cast.js';

export function DeviceIcon({ name }: { readonly name: DeviceName }): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
      {name === 'phone' ? (
        <>
          <rect x="7" y="2.5" width="10" height="19" rx="2.5" />
          <path d="M11 18.5h2" />
        </>
      ) : (
        <>
          <rect x="4" y="5" width="16" height="11" rx="2" />
          <path d="M2.5 19.5h19" />
        </>
      )}
    </svg>
  );
}

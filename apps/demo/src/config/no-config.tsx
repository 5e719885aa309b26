import type { ReactNode } from 'react';

export function NoConfig({ reason }: { readonly reason: string }): ReactNode {
  return (
    <main className="no-config">
      <h1>The demo can’t start</h1>
      <p>{reason}</p>
    </main>
  );
}

import { Component, type ReactNode } from 'react';
import { Failure } from './failure';

interface State {
  readonly error: unknown;
}

/** A fault of one page, or a part of it that could not be loaded, leaves the rest of the console usable. */
export class PageBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return <Failure error={this.state.error} onRetry={() => window.location.reload()} />;
  }
}

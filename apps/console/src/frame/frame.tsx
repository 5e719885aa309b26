/** What is around every page: skip link, brand, navigation (a menu where the screen is narrow), sign out. */
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useLocation } from 'react-router';
import { LiveNote } from '../live/live-note';
import { signOut } from '../session/key';
import { Bars, Cross, Mark } from './icons';
import { Navigation } from './navigation';

const NAVIGATION_ID = 'navigation';

export function Frame({ children }: { readonly children: ReactNode }) {
  const [isMenuOpen, setMenuOpen] = useState(false);
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  useNewPage(pathname, () => {
    setMenuOpen(false);
    main.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  });
  return (
    <div className="frame" data-menu={isMenuOpen ? 'open' : 'closed'}>
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <header className="bar">
        <p className="brand">
          <Mark /> Fanfare
        </p>
        <button
          type="button"
          className="menu-button button-icon"
          aria-label={isMenuOpen ? 'Close the menu' : 'Open the menu'}
          aria-expanded={isMenuOpen}
          aria-controls={NAVIGATION_ID}
          onClick={() => setMenuOpen(!isMenuOpen)}
        >
          {isMenuOpen ? <Cross /> : <Bars />}
        </button>
      </header>
      <div className="side" id={NAVIGATION_ID}>
        <Navigation />
        <div className="side-foot">
          <LiveNote />
          <button type="button" onClick={() => signOut()}>
            Sign out
          </button>
        </div>
      </div>
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

/** Not for the page that one came in by. */
function useNewPage(pathname: string, onNewPage: () => void): void {
  const last = useRef(pathname);
  useEffect(() => {
    if (last.current === pathname) return;
    last.current = pathname;
    onNewPage();
  });
}

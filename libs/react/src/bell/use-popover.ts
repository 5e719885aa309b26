// When the panel is open, and where focus goes: in when it opens, back to the bell when Escape or the bell closes it, and
// wherever the user went when a click or Tab elsewhere closed it.
import {
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';

/** Between the panel and the edge of the window, in pixels. */
const edgePx = 8;

export interface Popover {
  readonly isOpen: boolean;
  readonly root: RefObject<HTMLDivElement | null>;
  readonly button: RefObject<HTMLButtonElement | null>;
  readonly panel: RefObject<HTMLDivElement | null>;
  readonly toggle: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onBlur: (event: FocusEvent) => void;
}

export function usePopover(): Popover {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  usePressOutside(isOpen, root, () => setOpen(false));
  useLayoutEffect(() => {
    if (!isOpen || !panel.current) return;
    keepInWindow(panel.current);
    panel.current.focus({ preventScroll: true });
    panel.current.scrollIntoView?.({ block: 'nearest' });
  }, [isOpen]);

  const closeAndReturn = () => {
    setOpen(false);
    button.current?.focus();
  };
  return {
    ...{ isOpen, root, button, panel },
    toggle: () => (isOpen ? closeAndReturn() : setOpen(true)),
    onKeyDown: (event) => {
      if (event.key !== 'Escape' || !isOpen) return;
      event.stopPropagation();
      closeAndReturn();
    },
    onBlur: ({ relatedTarget }) => {
      // Without a target the window lost focus, or what had it went away; neither is the user leaving.
      if (relatedTarget instanceof Node && !root.current?.contains(relatedTarget)) setOpen(false);
    },
  };
}

function usePressOutside(isOpen: boolean, root: RefObject<HTMLElement | null>, leave: () => void): void {
  const latest = useRef(leave);
  useEffect(() => {
    latest.current = leave;
  });
  useEffect(() => {
    if (!isOpen) return;
    const onPress = ({ target }: Event) => {
      if (target instanceof Node && !root.current?.contains(target)) latest.current();
    };
    document.addEventListener('pointerdown', onPress);
    return () => document.removeEventListener('pointerdown', onPress);
  }, [isOpen, root]);
}

/** The panel hangs from the bell's right edge; near the left edge of the window it is moved in. */
function keepInWindow(panel: HTMLElement): void {
  const { left, right } = panel.getBoundingClientRect();
  const beyondLeft = Math.max(0, edgePx - left);
  const beyondRight = Math.max(0, right - (document.documentElement.clientWidth - edgePx));
  panel.style.setProperty('--fanfare-shift', `${Math.round(beyondLeft - beyondRight)}px`);
}

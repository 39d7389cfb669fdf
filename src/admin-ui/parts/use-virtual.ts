import type { RefObject } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';

export interface VirtualWindow {
  /** The first row to render, and the one behind the last. */
  readonly first: number;
  readonly end: number;
  /** Pixels to leave free before and after. */
  readonly before: number;
  readonly after: number;
  /** Looks again, without waiting for the browser to tell of the scrolling; with `top`, as if it had scrolled there. */
  readonly look: (top?: number) => void;
}

/** Rows rendered beyond what is in sight, each way. */
const OVERSCAN = 8;

/** Which of `count` rows of equal height are in sight of a scrolling element. */
export function useVirtual(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
): VirtualWindow {
  const [view, setView] = useState({ top: 0, height: 800 });
  const look = useCallback((top?: number) => {
    const element = scroller.current;
    if (element !== null) setView({ top: top ?? element.scrollTop, height: element.clientHeight });
  }, []);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    let frame = 0;
    const soon = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => look());
    };
    look();
    const observer = new ResizeObserver(soon);
    observer.observe(element);
    element.addEventListener('scroll', soon, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
      element.removeEventListener('scroll', soon);
    };
  }, []);
  const first = Math.max(0, Math.min(count, Math.floor(view.top / rowHeight) - OVERSCAN));
  const end = Math.min(count, Math.ceil((view.top + view.height) / rowHeight) + OVERSCAN);
  return { first, end, before: first * rowHeight, after: Math.max(0, count - end) * rowHeight, look };
}

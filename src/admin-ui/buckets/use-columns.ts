import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

const CARD_WIDTH = 172;

/** Asks for as many columns as fit, and for the scrolling that keeps in sight what was. */
export function useColumns(
  scroller: RefObject<HTMLElement | null>,
  columns: number,
  rowHeight: number,
  onChange: (columns: number, top: number) => void,
): void {
  const latest = useRef({ columns, onChange });
  latest.current = { columns, onChange };
  const top = useRef(0);
  useLayoutEffect(() => scroller.current?.scrollTo(0, top.current), [columns]);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const measure = () => {
      const old = latest.current.columns;
      const fitting = Math.max(2, Math.floor((element.clientWidth - 24) / CARD_WIDTH));
      if (fitting === old) return;
      top.current = topAfter(element, rowHeight, old, fitting);
      latest.current.onChange(fitting, top.current);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
}

/** Where to scroll so that the tile that is open, or else the first in sight, stays at its height. */
function topAfter(scroller: HTMLElement, rowHeight: number, columns: number, next: number): number {
  const { scrollTop, clientHeight } = scroller;
  const heightOf = (index: number) => Math.floor(index / columns) * rowHeight - scrollTop;
  const first = Math.floor(scrollTop / rowHeight) * columns;
  const open = Number(scroller.querySelector<HTMLElement>('.is-open [data-index]')?.dataset.index ?? first);
  const isInSight = heightOf(open) > -rowHeight && heightOf(open) < clientHeight;
  const index = isInSight ? open : first;
  const height = Math.max(0, Math.min(heightOf(index), clientHeight - rowHeight));
  return Math.max(0, Math.floor(index / next) * rowHeight - height);
}

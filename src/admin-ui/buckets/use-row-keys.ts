import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Selection } from './use-selection.ts';

interface RowKeysOptions {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly count: number;
  /** Items per row: 1 in a table. */
  readonly columns: number;
  readonly rowHeight: number;
  readonly selection: Selection;
  /** Renders what the scroller shows now. */
  readonly look: () => void;
  readonly onDelete: () => void;
}

/** A key for a file that is not rendered yet. */
interface Press {
  readonly index: number;
  readonly act: (target: HTMLElement) => void;
}

/**
 * Arrow keys from file to file, Page keys by a screenful, space selects, Delete deletes. A file that is not in sight is
 * rendered first, and one that is not loaded yet is waited for; no key is lost meanwhile. A file that is scrolled out
 * of sight has the focus again when it is back.
 */
export function useRowKeys(options: RowKeysOptions): (event: KeyboardEvent) => void {
  const { scroller, count, columns, rowHeight, selection, look, onDelete } = options;
  /** Where the focus is on its way to. */
  const aim = useRef<number | null>(null);
  const presses = useRef<readonly Press[]>([]);
  const find = (index: number) =>
    scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`) ?? null;

  // Before this rendering, which may take its row away, and the focus with it.
  const focused = indexOf(document.activeElement, scroller.current);

  const press = (index: number, act: Press['act']) => {
    const target = find(index);
    if (target !== null) act(target);
    else presses.current = [...presses.current, { index, act }];
  };
  const focus = (index: number) => {
    const target = find(index);
    aim.current = target === null ? index : null;
    // Until then the keys must go on coming here: the row that has the focus may be gone with the next rendering.
    (target ?? scroller.current)?.focus({ preventScroll: true });
  };
  useLayoutEffect(() => {
    if (focused !== null && document.activeElement === document.body) focus(focused);
    const { activeElement } = document;
    const due = presses.current;
    presses.current = [];
    // Whoever has gone elsewhere meanwhile is not called back.
    if (scroller.current?.contains(activeElement) === true)
      for (const { index, act } of due) press(index, act);
    if (aim.current === null) return;
    if (activeElement === scroller.current) focus(aim.current);
    else aim.current = null;
  });

  const goTo = (index: number) => {
    const element = scroller.current;
    const to = Math.max(0, Math.min(count - 1, index));
    if (element === null) return;
    const top = Math.floor(to / columns) * rowHeight;
    const room = element.clientHeight - 2 * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top > element.scrollTop + room) element.scrollTop = top - room;
    focus(to);
    look();
  };

  const pressInSight: typeof press = (index, act) => {
    if (find(index) === null) goTo(index);
    press(index, act);
  };

  return (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const index = aim.current ?? Number((event.target as HTMLElement).dataset.index ?? 'NaN');
    if (Number.isNaN(index)) return;
    const { shiftKey } = event;
    const rows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: index + columns,
      ArrowUp: index - columns,
      PageDown: index + rows * columns,
      PageUp: index - rows * columns,
      Home: 0,
      End: count - 1,
      ...(columns > 1 && { ArrowRight: index + 1, ArrowLeft: index - 1 }),
    };
    const step = steps[event.key];
    if (step !== undefined) goTo(step);
    else if (event.key === ' ') pressInSight(index, () => selection.toggle(index, shiftKey));
    else if (event.key === 'Enter' && aim.current !== null) pressInSight(index, (target) => target.click());
    else if (event.key === 'Delete' && selection.files.size > 0) onDelete();
    else return;
    event.preventDefault();
  };
}

/** Of the file on whose row an element lies; null if it lies on none of the scroller's. */
function indexOf(element: Element | null, scroller: HTMLElement | null): number | null {
  if (element === null || scroller?.contains(element) !== true) return null;
  const index = element.closest('tr, li')?.querySelector<HTMLElement>('[data-index]')?.dataset.index;
  return index === undefined ? null : Number(index);
}

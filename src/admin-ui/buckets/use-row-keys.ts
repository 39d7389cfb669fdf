import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Selection } from './use-selection.ts';

interface RowKeysOptions {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly count: number;
  /** Items per row: 1 in a table. */
  readonly columns: number;
  readonly rowHeight: number;
  readonly selection: Selection;
  readonly onDelete: () => void;
}

/** Arrow keys from file to file, whether or not the next one is rendered yet; space selects, Delete deletes. */
export function useRowKeys({ scroller, count, columns, rowHeight, selection, onDelete }: RowKeysOptions) {
  const [wanted, setWanted] = useState<number | null>(null);
  const latest = useRef(wanted);
  latest.current = wanted;

  // A row comes into being some frames after the scrolling that brings it in sight.
  useEffect(() => {
    if (wanted === null) return;
    const target = scroller.current?.querySelector<HTMLElement>(`[data-index="${wanted}"]`);
    if (target === null || target === undefined) return;
    target.focus({ preventScroll: true });
    setWanted(null);
  });

  const goTo = (index: number) => {
    const element = scroller.current;
    const to = Math.max(0, Math.min(count - 1, index));
    if (element === null) return;
    const top = Math.floor(to / columns) * rowHeight;
    const room = element.clientHeight - 2 * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top > element.scrollTop + room) element.scrollTop = top - room;
    setWanted(to);
  };

  return (event: KeyboardEvent) => {
    const index = Number((event.target as HTMLElement).dataset.index ?? 'NaN');
    if (Number.isNaN(index) || event.altKey || event.ctrlKey || event.metaKey) return;
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: index + columns,
      ArrowUp: index - columns,
      Home: 0,
      End: count - 1,
      ...(columns > 1 && { ArrowRight: index + 1, ArrowLeft: index - 1 }),
    };
    const step = steps[event.key];
    if (step !== undefined) goTo(step);
    else if (event.key === ' ') selection.toggle(index, event.shiftKey);
    else if (event.key === 'Delete' && selection.files.size > 0) onDelete();
    else return;
    event.preventDefault();
  };
}

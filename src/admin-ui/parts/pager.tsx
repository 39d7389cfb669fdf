import { IconButton } from './button.tsx';
import { formatCount } from './format.ts';
import './pager.css';

interface PagerProps {
  readonly offset: number;
  readonly limit: number;
  readonly total: number;
  readonly onChange: (offset: number) => void;
}

/** Where one is in a long list, and the ways on and back. */
export function Pager({ offset, limit, total, onChange }: PagerProps) {
  if (total === 0) return null;
  const last = Math.min(total, offset + limit);
  const isFirst = offset === 0;
  const isLast = last >= total;
  return (
    <nav class="pager" aria-label="Pages">
      <span class="soft numeric" role="status">
        {formatCount(offset + 1)}–{formatCount(last)} of {formatCount(total)}
      </span>
      <IconButton
        small
        icon="chevronLeft"
        label="Previous page"
        aria-disabled={isFirst}
        onClick={() => {
          if (!isFirst) onChange(Math.max(0, offset - limit));
        }}
      />
      <IconButton
        small
        icon="chevronRight"
        label="Next page"
        aria-disabled={isLast}
        onClick={() => {
          if (!isLast) onChange(offset + limit);
        }}
      />
    </nav>
  );
}

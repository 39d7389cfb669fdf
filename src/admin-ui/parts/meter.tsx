import './meter.css';

interface MeterProps {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  /** What the bar says in words. */
  readonly text: string;
  readonly tone?: 'level' | 'progress' | 'danger';
}

/** How full something is, or how far. A level turns to a warning near its end; progress does not. */
export function Meter({ label, value, max, text, tone = 'level' }: MeterProps) {
  const share = max > 0 ? Math.min(1, value / max) : 0;
  const isFull = tone === 'level' && share >= 0.9;
  return (
    <div
      class={`meter meter-${isFull ? 'danger' : tone}`}
      role={tone === 'progress' ? 'progressbar' : 'meter'}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      aria-valuetext={text}
    >
      <div class="meter-fill" style={{ width: `${share * 100}%` }} />
    </div>
  );
}

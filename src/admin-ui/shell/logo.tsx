import './logo.css';

/** The mark, and the name beside it. */
export function Logo() {
  return (
    <span class="logo">
      <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" />
        <path d="M8 23 16 8l8 15M11.4 17.6h9.2" />
      </svg>
      Alyx
    </span>
  );
}

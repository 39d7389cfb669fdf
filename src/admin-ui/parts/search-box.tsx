import { useEffect, useState } from 'preact/hooks';
import { setParams } from '../app/route.ts';
import { Icon } from './icon.tsx';
import './search-box.css';

/** Waits for a pause in typing. */
const PAUSE_MS = 200;

/** Keeps its text in the address, as `search`; a new search starts at the first page. */
export function SearchBox({ value, label }: { readonly value: string; readonly label: string }) {
  const [text, setText] = useState(value);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => setParams({ search: text, offset: null }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div class="search-box">
      <Icon name="search" />
      <input
        class="input"
        type="search"
        aria-label={label}
        placeholder="Search"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
    </div>
  );
}

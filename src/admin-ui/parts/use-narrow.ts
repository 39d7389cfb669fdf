import { useEffect, useState } from 'preact/hooks';

const NARROW = '(width < 720px)';

/** Whether the screen is that of a phone. */
export function useNarrow(query = NARROW): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const change = () => setNarrow(media.matches);
    media.addEventListener('change', change);
    return () => media.removeEventListener('change', change);
  }, [query]);
  return narrow;
}

import { ICON_PATHS } from './icon-paths.ts';
import './icon.css';

export type IconName = keyof typeof ICON_PATHS;

/** A picture beside words; on its own it needs a label on what holds it. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      {ICON_PATHS[name].map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  );
}

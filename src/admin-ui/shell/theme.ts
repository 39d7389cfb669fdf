import { Store } from '../parts/store.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'alyx-theme';

export const theme = new Store<Theme>(read());

export function applyTheme(chosen: Theme): void {
  theme.set(chosen);
  localStorage.setItem(KEY, chosen);
  showTheme();
}

/** The attribute wins over what the system prefers; `system` takes it away. */
export function showTheme(): void {
  const { dataset } = document.documentElement;
  if (theme.value === 'system') delete dataset.theme;
  else dataset.theme = theme.value;
}

function read(): Theme {
  return THEMES.find((known) => known === localStorage.getItem(KEY)) ?? 'system';
}

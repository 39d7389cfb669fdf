import { useStore } from '../parts/store.ts';
import { Switcher } from '../parts/switcher.tsx';
import { applyTheme, theme } from './theme.ts';

export function ThemeSwitch() {
  return (
    <Switcher
      label="Colours"
      value={useStore(theme)}
      options={[
        { value: 'system', label: 'As the system', icon: 'monitor' },
        { value: 'light', label: 'Light', icon: 'sun' },
        { value: 'dark', label: 'Dark', icon: 'moon' },
      ]}
      onChange={applyTheme}
    />
  );
}

import type { ComponentChildren } from 'preact';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';
import './notice.css';

export type NoticeKind = 'danger' | 'warn' | 'info' | 'good';

const ICONS: Readonly<Record<NoticeKind, IconName>> = {
  danger: 'alert',
  warn: 'alert',
  info: 'info',
  good: 'check',
};

interface NoticeProps {
  readonly kind: NoticeKind;
  readonly children: ComponentChildren;
  readonly action?: ComponentChildren;
}

/** A sentence that must not be overlooked, where it belongs. */
export function Notice({ kind, children, action }: NoticeProps) {
  return (
    <div class={`notice notice-${kind}`} role={kind === 'danger' ? 'alert' : undefined}>
      <Icon name={ICONS[kind]} />
      <div class="grow">{children}</div>
      {action}
    </div>
  );
}

/** Why something could not be shown, and a way to try again. */
export function LoadError({ error, retry }: { readonly error: Error; readonly retry: () => void }) {
  return (
    <Notice
      kind="danger"
      action={
        <Button small icon="refresh" onClick={retry}>
          Try again
        </Button>
      }
    >
      {error.message}
    </Notice>
  );
}

import type { ComponentChildren } from 'preact';
import './badge.css';

export type BadgeKind = 'plain' | 'good' | 'warn' | 'danger' | 'accent';

/** A word about a thing's state or kind. */
export function Badge({
  kind = 'plain',
  children,
}: {
  readonly kind?: BadgeKind;
  readonly children: ComponentChildren;
}) {
  return <span class={`badge badge-${kind}`}>{children}</span>;
}

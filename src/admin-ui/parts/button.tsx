import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';
import './button.css';

export type ButtonKind = 'primary' | 'plain' | 'ghost' | 'danger' | 'danger-ghost';

interface CommonProps {
  readonly kind?: ButtonKind;
  readonly small?: boolean;
  readonly disabled?: boolean;
  /** Does nothing, as if it were disabled, but keeps the focus that it has. */
  readonly 'aria-disabled'?: boolean;
  readonly onClick?: (event: MouseEvent) => void;
  readonly 'aria-expanded'?: boolean;
  readonly 'aria-controls'?: string;
}

interface ButtonProps extends CommonProps {
  readonly icon?: IconName;
  readonly type?: 'button' | 'submit';
  /** Something is under way: the button waits, and says so to assistive technology. */
  readonly busy?: boolean;
  /** Id of the form it submits, where it stands outside of it. */
  readonly form?: string;
  readonly children?: ComponentChildren;
}

/** A button with words on it. */
export function Button(props: ButtonProps) {
  const { icon, busy = false, disabled = false, type = 'button', kind, small, children, ...rest } = props;
  return (
    <button {...rest} type={type} class={classOf(kind, small)} disabled={disabled || busy} aria-busy={busy}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends CommonProps {
  readonly icon: IconName;
  /** What it does, for those who hear it and as a tooltip. */
  readonly label: string;
  readonly pressed?: boolean;
}

/** A button that is only a picture. */
export function IconButton({ icon, label, kind = 'ghost', small, pressed, ...rest }: IconButtonProps) {
  return (
    <button
      {...rest}
      type="button"
      class={`${classOf(kind, small)} button-icon`}
      aria-label={label}
      title={label}
      {...(pressed !== undefined && { 'aria-pressed': pressed })}
    >
      <Icon name={icon} />
    </button>
  );
}

function classOf(kind: ButtonKind = 'plain', small = false): string {
  return ['button', `button-${kind}`, ...(small ? ['button-small'] : [])].join(' ');
}

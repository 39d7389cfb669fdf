import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { IconButton } from './button.tsx';
import { useModal } from './use-modal.ts';
import './dialog.css';

interface DialogProps {
  readonly title: ComponentChildren;
  readonly onClose: () => void;
  /** Buttons at the bottom. */
  readonly footer?: ComponentChildren;
  readonly wide?: boolean;
  /** False: only an answer closes it, neither Escape nor a click beside it. */
  readonly dismissible?: boolean;
  readonly children: ComponentChildren;
}

/** A modal dialog. */
export function Dialog({ title, onClose, footer, wide = false, dismissible = true, children }: DialogProps) {
  const ref = useModal();
  const titleId = useId();
  return (
    <dialog
      ref={ref}
      class={wide ? 'dialog dialog-wide' : 'dialog'}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        if (dismissible) onClose();
      }}
      onMouseDown={(event) => {
        if (dismissible && event.target === ref.current) onClose();
      }}
    >
      <div class="dialog-frame">
        <header class="dialog-head">
          <h2 id={titleId}>{title}</h2>
          {dismissible && <IconButton icon="close" label="Close" small onClick={onClose} />}
        </header>
        <div class="dialog-body">{children}</div>
        {footer !== undefined && <footer class="dialog-foot">{footer}</footer>}
      </div>
    </dialog>
  );
}

import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { IconButton } from './button.tsx';
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

/** A modal dialog: the browser traps the focus in it, and gives it back afterwards. */
export function Dialog({ title, onClose, footer, wide = false, dismissible = true, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    const opener = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
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

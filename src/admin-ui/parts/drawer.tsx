import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { IconButton } from './button.tsx';
import { useModal } from './use-modal.ts';
import './drawer.css';

interface DrawerProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly footer: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A modal panel along the right edge, for forms that are longer than a dialog. */
export function Drawer({ title, onClose, footer, children }: DrawerProps) {
  const ref = useModal();
  const titleId = useId();
  return (
    <dialog
      ref={ref}
      class="drawer"
      aria-labelledby={titleId}
      onCancel={(event) => {
        if (event.target !== ref.current) return;
        event.preventDefault();
        onClose();
      }}
    >
      <header class="drawer-head">
        <h2 id={titleId} class="truncate">
          {title}
        </h2>
        <IconButton icon="close" label="Close" small onClick={onClose} />
      </header>
      <div class="drawer-body">{children}</div>
      <footer class="drawer-foot">{footer}</footer>
    </dialog>
  );
}

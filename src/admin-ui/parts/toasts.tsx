import { IconButton } from './button.tsx';
import { Icon } from './icon.tsx';
import { Store, useStore } from './store.ts';
import './toasts.css';

interface Toast {
  readonly id: number;
  readonly kind: 'good' | 'danger';
  readonly text: string;
}

const toasts = new Store<readonly Toast[]>([]);
let lastId = 0;

/** How long a good message stays; a bad one stays until it is closed. */
const SHOWN_MS = 5_000;

export function showToast(text: string): void {
  const id = add('good', text);
  setTimeout(() => dismiss(id), SHOWN_MS);
}

export function showFailure(error: unknown): void {
  add('danger', error instanceof Error ? error.message : String(error));
}

function add(kind: Toast['kind'], text: string): number {
  lastId += 1;
  const toast = { id: lastId, kind, text };
  toasts.update((shown) => [...shown.filter((other) => other.text !== text), toast].slice(-4));
  return toast.id;
}

function dismiss(id: number): void {
  toasts.update((shown) => shown.filter((toast) => toast.id !== id));
}

/** Where short messages appear, and are read out. */
export function ToastRegion() {
  const shown = useStore(toasts);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.map(({ id, kind, text }) => (
        <div key={id} class={`toast toast-${kind}`}>
          <Icon name={kind === 'good' ? 'check' : 'alert'} />
          <span class="grow">{text}</span>
          <IconButton icon="close" label="Dismiss" small onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
}

import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import './page.css';

interface PageProps {
  readonly title: string;
  /** Beside the title: what kind of thing it is, in a word or two. */
  readonly note?: ComponentChildren;
  readonly actions?: ComponentChildren;
  /** True: the content fills the height and scrolls by itself. */
  readonly filled?: boolean;
  readonly children: ComponentChildren;
}

/** The frame of every page: its name, what can be done, its content. */
export function Page({ title, note, actions, filled = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Alyx`;
  }, [title]);
  return (
    <div class={filled ? 'page page-filled' : 'page'}>
      <header class="page-head">
        <h1 class="truncate" tabIndex={-1}>
          {title}
        </h1>
        {note !== undefined && <div class="page-note">{note}</div>}
        {actions !== undefined && <div class="page-actions">{actions}</div>}
      </header>
      <div class="page-body">{children}</div>
    </div>
  );
}

/** A part of a page under a heading of its own. */
export function Section({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <section class="section">
      <header class="section-head">
        <h2>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

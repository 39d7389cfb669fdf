import type { ComponentChildren } from 'preact';
import { Logo } from '../shell/logo.tsx';
import './gate.css';

/** The card in front of everything: to log in, or to begin. */
export function Gate({
  title,
  text,
  children,
}: {
  readonly title: string;
  readonly text: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <main class="gate">
      <div class="gate-card">
        <header class="gate-head">
          <Logo />
          <h1>{title}</h1>
          <p class="soft">{text}</p>
        </header>
        {children}
      </div>
    </main>
  );
}

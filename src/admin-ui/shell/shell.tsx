import { useEffect, useRef, useState } from 'preact/hooks';
import type { User } from '../api/auth.ts';
import { loadSchema, schema } from '../api/schema-store.ts';
import { CurrentPage } from '../app/current-page.tsx';
import { route } from '../app/route.ts';
import { IconButton } from '../parts/button.tsx';
import { LoadError } from '../parts/notice.tsx';
import { useStore } from '../parts/store.ts';
import { useLoad } from '../parts/use-load.ts';
import { UploadPanel } from '../uploads/upload-panel.tsx';
import { Logo } from './logo.tsx';
import { Sidebar } from './sidebar.tsx';
import './shell.css';

/** The frame around every page: where one can go, and where one is. */
export function Shell({ user }: { readonly user: User }) {
  const { page } = useStore(route);
  const known = useStore(schema);
  const { error, reload } = useLoad('schema', loadSchema);
  const [menuOpen, setMenuOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const address = page.join('/');
  useEffect(() => {
    setMenuOpen(false);
    main.current?.scrollTo(0, 0);
  }, [address]);

  return (
    <div class="shell">
      <a
        class="shell-skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to content
      </a>
      <header class="shell-bar">
        <IconButton
          icon="menu"
          label="Menu"
          aria-expanded={menuOpen}
          aria-controls="sidebar"
          onClick={() => setMenuOpen(!menuOpen)}
        />
        <Logo />
      </header>
      {menuOpen && <div class="shell-scrim" onClick={() => setMenuOpen(false)} />}
      <div id="sidebar" class={menuOpen ? 'shell-side shell-side-open' : 'shell-side'}>
        <Sidebar user={user} schema={known} page={page} onEscape={() => setMenuOpen(false)} />
      </div>
      <main class="shell-main" id="main" tabIndex={-1} ref={main}>
        {known !== null && <CurrentPage key={address} page={page} schema={known} user={user} />}
        {known === null && error !== null && (
          <div class="page-body">
            <LoadError error={error} retry={reload} />
          </div>
        )}
      </main>
      <UploadPanel />
    </div>
  );
}

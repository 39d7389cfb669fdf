import type { ComponentChildren } from 'preact';
import type { User } from '../api/auth.ts';
import type { Schema } from '../api/schema.ts';
import { signOut } from '../api/session.ts';
import { hrefTo } from '../app/route.ts';
import { IconButton } from '../parts/button.tsx';
import { Icon, type IconName } from '../parts/icon.tsx';
import { Logo } from './logo.tsx';
import { ThemeSwitch } from './theme-switch.tsx';
import './sidebar.css';

interface SidebarProps {
  readonly user: User;
  readonly schema: Schema | null;
  readonly page: readonly string[];
  readonly onEscape: () => void;
}

export function Sidebar({ user, schema, page, onEscape }: SidebarProps) {
  return (
    <div
      class="sidebar"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onEscape();
      }}
    >
      <nav class="sidebar-nav" aria-label="Main">
        <a class="sidebar-logo" href={hrefTo([])} aria-label="Alyx, overview">
          <Logo />
        </a>
        <div class="sidebar-places">
          <ul>
            <Item icon="home" to={[]} page={page}>
              Overview
            </Item>
          </ul>
          <Group title="Buckets" icon="bucket" under="buckets" names={schema?.buckets} page={page} />
          <Group
            title="Collections"
            icon="collection"
            under="collections"
            names={schema?.collections}
            page={page}
          />
          <h2 class="sidebar-title">Server</h2>
          <ul>
            <Item icon="shield" to={['rules']} page={page}>
              Rules
            </Item>
            <Item icon="schema" to={['schema']} page={page}>
              Schema
            </Item>
            <Item icon="users" to={['users']} page={page}>
              Users
            </Item>
          </ul>
        </div>
      </nav>
      <footer class="sidebar-foot">
        <ThemeSwitch />
        <div class="row">
          <span class="grow truncate soft" title={user.email}>
            {user.email}
          </span>
          <IconButton icon="logOut" label="Log out" small onClick={() => void signOut()} />
        </div>
      </footer>
    </div>
  );
}

interface GroupProps {
  readonly title: string;
  readonly icon: IconName;
  readonly under: string;
  readonly names: readonly { readonly name: string }[] | undefined;
  readonly page: readonly string[];
}

function Group({ title, icon, under, names = [], page }: GroupProps) {
  return (
    <>
      <h2 class="sidebar-title">{title}</h2>
      <ul>
        {names.map(({ name }) => (
          <Item key={name} icon={icon} to={[under, name]} page={page}>
            {name}
          </Item>
        ))}
      </ul>
    </>
  );
}

interface ItemProps {
  readonly icon: IconName;
  readonly to: readonly string[];
  readonly page: readonly string[];
  readonly children: ComponentChildren;
}

function Item({ icon, to, page, children }: ItemProps) {
  const isHere = to.length === 0 ? page.length === 0 : to.every((part, index) => part === page[index]);
  return (
    <li>
      <a class="sidebar-item" href={hrefTo(to)} {...(isHere && { 'aria-current': 'page' as const })}>
        <Icon name={icon} />
        <span class="truncate">{children}</span>
      </a>
    </li>
  );
}

import { useEffect, useRef, useState } from 'preact/hooks';
import type { User } from '../api/auth.ts';
import { deleteUser, listUsers } from '../api/users.ts';
import { route, setParams } from '../app/route.ts';
import { Badge } from '../parts/badge.tsx';
import { Button, IconButton } from '../parts/button.tsx';
import { confirmFirst } from '../parts/confirm.tsx';
import { Empty } from '../parts/empty.tsx';
import { plural } from '../parts/format.ts';
import { LoadError } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { Pager } from '../parts/pager.tsx';
import { SearchBox } from '../parts/search-box.tsx';
import { useStore } from '../parts/store.ts';
import { Time } from '../parts/time.tsx';
import { showFailure, showToast } from '../parts/toasts.tsx';
import { useLoad } from '../parts/use-load.ts';
import { EditUserDialog } from './edit-user-dialog.tsx';
import { NewUserDialog } from './new-user-dialog.tsx';
import '../parts/table.css';
import '../parts/toolbar.css';

const LIMIT = 50;

/** Everybody who has an account. `me` is who is looking. */
export function UsersPage({ me }: { readonly me: User }) {
  const { params } = useStore(route);
  const { search = '', role = '' } = params;
  const offset = Number(params.offset ?? 0);
  const listKey = JSON.stringify([search, role, offset]);
  // The last users stay until the next are there: whoever pages them keeps the focus.
  const list = useLoad(
    listKey,
    async (signal) => ({ ...(await listUsers({ search, role, limit: LIMIT, offset }, signal)), listKey }),
    true,
  );
  const body = useRef<HTMLDivElement>(null);
  const shownKey = list.data?.listKey;
  useEffect(() => body.current?.closest('main')?.scrollTo(0, 0), [shownKey]);
  const [creating, setCreating] = useState(false);
  const remove = async (user: User) => {
    const yes = await confirmFirst({
      title: `Delete ${user.email}?`,
      text: 'They are logged out at once. Their files and records stay, without an owner who could log in.',
      action: 'Delete',
      danger: true,
    });
    if (!yes) return;
    await deleteUser(user.id);
    showToast(`${user.email} deleted.`);
    list.reload();
  };
  return (
    <Page
      title="Users"
      note={list.data !== null && <span>{plural(list.data.total, 'user')}</span>}
      actions={
        <Button kind="primary" icon="plus" onClick={() => setCreating(true)}>
          New user
        </Button>
      }
    >
      <div class="stack" ref={body}>
        <div class="row row-wrap" role="search">
          <SearchBox value={search} label="Search users by email" />
          <select
            class="input toolbar-select"
            aria-label="Role"
            value={role}
            onChange={(event) => setParams({ role: event.currentTarget.value, offset: null })}
          >
            <option value="">All roles</option>
            <option value="admin">Admins</option>
            <option value="user">Users</option>
          </select>
        </div>
        {list.error !== null && <LoadError error={list.error} retry={list.reload} />}
        {list.data?.total === 0 && (
          <Empty icon="users" title="Nobody here">
            <span>No user matches.</span>
          </Empty>
        )}
        {list.data !== null && list.data.total > 0 && (
          <UserTable
            users={list.data.users}
            meId={me.id}
            onEdit={({ id }) => setParams({ user: id })}
            onDelete={(user) => {
              remove(user).catch(showFailure);
            }}
          />
        )}
        {list.data !== null && (
          <Pager
            offset={offset}
            limit={LIMIT}
            total={list.data.total}
            onChange={(next) => setParams({ offset: next === 0 ? null : String(next) })}
          />
        )}
      </div>
      {creating && <NewUserDialog onClose={() => setCreating(false)} onCreated={list.reload} />}
      {params.user !== undefined && (
        <EditUserDialog
          key={params.user}
          id={params.user}
          onClose={() => setParams({ user: null })}
          onSaved={list.reload}
        />
      )}
    </Page>
  );
}

interface UserTableProps {
  readonly users: readonly User[];
  readonly meId: string;
  readonly onEdit: (user: User) => void;
  readonly onDelete: (user: User) => void;
}

function UserTable({ users, meId, onEdit, onDelete }: UserTableProps) {
  return (
    <div class="table-scroll" role="region" aria-label="Users" tabIndex={0}>
      <table class="table table-rows-open">
        <thead>
          <tr>
            <th scope="col">Email</th>
            <th scope="col">Role</th>
            <th scope="col" class="cell-wide">
              Verified
            </th>
            <th scope="col" class="cell-wide">
              Created
            </th>
            <th scope="col">
              <span class="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <tr key={user.id}>
              <th scope="row">
                {user.email} {user.id === meId && <span class="faint">(you)</span>}
              </th>
              <td>
                <Badge kind={user.role === 'admin' ? 'accent' : 'plain'}>{user.role}</Badge>
              </td>
              <td class="soft cell-wide">{user.verified ? 'yes' : 'no'}</td>
              <td class="soft cell-wide">
                <Time at={user.created_at} />
              </td>
              <td class="cell-tight">
                <IconButton small icon="edit" label={`Edit ${user.email}`} onClick={() => onEdit(user)} />
                <IconButton
                  small
                  kind="danger-ghost"
                  icon="trash"
                  label={`Delete ${user.email}`}
                  disabled={user.id === meId}
                  onClick={() => onDelete(user)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

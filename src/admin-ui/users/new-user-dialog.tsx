import { useState } from 'preact/hooks';
import { problemOf } from '../api/field-problems.ts';
import { createUser } from '../api/users.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Notice } from '../parts/notice.tsx';
import { showToast } from '../parts/toasts.tsx';
import { useSubmit } from '../parts/use-submit.ts';
import { EmailInput, PasswordInput, RoleInput } from './user-inputs.tsx';

interface NewUserDialogProps {
  readonly onClose: () => void;
  readonly onCreated: () => void;
}

export function NewUserDialog({ onClose, onCreated }: NewUserDialogProps) {
  const [user, setUser] = useState({ email: '', password: '', role: 'user' });
  const { submit, busy, error } = useSubmit(async () => {
    await createUser(user);
    showToast(`${user.email} created.`);
    onCreated();
    onClose();
  });
  return (
    <Dialog
      title="New user"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="new-user" busy={busy}>
            Create
          </Button>
        </>
      }
    >
      {error !== null && <Notice kind="danger">{error.message}</Notice>}
      <form id="new-user" class="stack" onSubmit={submit}>
        <EmailInput
          value={user.email}
          error={problemOf(error, 'email')}
          onChange={(email) => setUser({ ...user, email })}
        />
        <PasswordInput
          label="Password"
          required
          value={user.password}
          error={problemOf(error, 'password')}
          onChange={(password) => setUser({ ...user, password })}
        />
        <RoleInput value={user.role} onChange={(role) => setUser({ ...user, role })} />
      </form>
    </Dialog>
  );
}

import { useState } from 'preact/hooks';
import type { User } from '../api/auth.ts';
import { problemOf } from '../api/field-problems.ts';
import { changeUser, getUser } from '../api/users.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { LoadError, Notice } from '../parts/notice.tsx';
import { showToast } from '../parts/toasts.tsx';
import { useLoad } from '../parts/use-load.ts';
import { useSubmit } from '../parts/use-submit.ts';
import { EmailInput, PasswordInput, RoleInput } from './user-inputs.tsx';

interface EditUserDialogProps {
  readonly id: string;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

export function EditUserDialog({ id, onClose, onSaved }: EditUserDialogProps) {
  const { data, error, reload } = useLoad(id, (signal) => getUser(id, signal));
  if (data !== null) return <Editor user={data} onClose={onClose} onSaved={onSaved} />;
  if (error === null) return null;
  return (
    <Dialog title="User" onClose={onClose}>
      <LoadError error={error} retry={reload} />
    </Dialog>
  );
}

interface EditorProps extends Omit<EditUserDialogProps, 'id'> {
  readonly user: User;
}

function Editor({ user, onClose, onSaved }: EditorProps) {
  const [draft, setDraft] = useState({
    email: user.email,
    role: user.role,
    verified: user.verified,
    password: '',
  });
  const { submit, busy, error } = useSubmit(async () => {
    const { password, ...others } = draft;
    await changeUser(user.id, { ...others, ...(password !== '' && { password }) });
    showToast(`${draft.email} saved.`);
    onSaved();
    onClose();
  });
  return (
    <Dialog
      title={user.email}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="edit-user" busy={busy}>
            Save
          </Button>
        </>
      }
    >
      {error !== null && <Notice kind="danger">{error.message}</Notice>}
      <p class="faint truncate">
        Id <code>{user.id}</code>
      </p>
      <form id="edit-user" class="stack" onSubmit={submit}>
        <EmailInput
          value={draft.email}
          error={problemOf(error, 'email')}
          onChange={(email) => setDraft({ ...draft, email })}
        />
        <RoleInput value={draft.role} onChange={(role) => setDraft({ ...draft, role })} />
        <label class="choice">
          <input
            type="checkbox"
            class="checkbox"
            checked={draft.verified}
            onChange={(event) => setDraft({ ...draft, verified: event.currentTarget.checked })}
          />
          Email address verified
        </label>
        <PasswordInput
          label="New password"
          required={false}
          value={draft.password}
          error={problemOf(error, 'password')}
          onChange={(password) => setDraft({ ...draft, password })}
        />
      </form>
    </Dialog>
  );
}

import { useState } from 'preact/hooks';
import { createFirstAdmin, fetchAuthStatus } from '../api/auth.ts';
import { signIn } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import { useLoad } from '../parts/use-load.ts';
import { useSubmit } from '../parts/use-submit.ts';
import { Gate } from './gate.tsx';

/** Behind the one-time link: the first admin. */
export function SetupPage({ token, onDone }: { readonly token: string; readonly onDone: () => void }) {
  const status = useLoad('status', fetchAuthStatus);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { submit, busy, error } = useSubmit(async () => {
    signIn(await createFirstAdmin(token, email, password));
    onDone();
  });
  if (status.data?.needs_setup === false) {
    return (
      <Gate title="Already set up" text="This link was used before: the server has an admin.">
        <Button kind="primary" onClick={onDone}>
          Log in
        </Button>
      </Gate>
    );
  }
  const minLength = status.data?.password_min_length ?? 8;
  return (
    <Gate title="Welcome to Alyx" text="Create the first admin. This works once, with this link.">
      <form onSubmit={submit}>
        {error !== null && <Notice kind="danger">{error.message}</Notice>}
        <Field label="Email">
          {(control) => (
            <input
              {...control}
              class="input"
              type="email"
              name="email"
              autoComplete="username"
              autofocus
              required
              value={email}
              onInput={(event) => setEmail(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label="Password" hint={`At least ${minLength} characters.`}>
          {(control) => (
            <input
              {...control}
              class="input"
              type="password"
              name="password"
              autoComplete="new-password"
              required
              minLength={minLength}
              value={password}
              onInput={(event) => setPassword(event.currentTarget.value)}
            />
          )}
        </Field>
        <Button kind="primary" type="submit" busy={busy}>
          Create admin
        </Button>
      </form>
    </Gate>
  );
}

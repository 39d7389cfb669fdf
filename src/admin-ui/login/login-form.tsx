import { useState } from 'preact/hooks';
import { logIn } from '../api/auth.ts';
import { signIn } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import { useSubmit } from '../parts/use-submit.ts';

/** Email and password. `email` is given when the session has lapsed: it is known then who was here. */
export function LoginForm({ email: known }: { readonly email?: string }) {
  const [email, setEmail] = useState(known ?? '');
  const [password, setPassword] = useState('');
  const { submit, busy, error } = useSubmit(async () => signIn(await logIn(email, password)));
  return (
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
            autofocus={known === undefined}
            required
            value={email}
            onInput={(event) => setEmail(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label="Password">
        {(control) => (
          <input
            {...control}
            class="input"
            type="password"
            name="password"
            autoComplete="current-password"
            autofocus={known !== undefined}
            required
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        )}
      </Field>
      <Button kind="primary" type="submit" busy={busy}>
        Log in
      </Button>
    </form>
  );
}

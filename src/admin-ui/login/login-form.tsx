import { logIn } from '../api/auth.ts';
import { signIn } from '../api/session.ts';
import { CredentialsForm } from './credentials-form.tsx';

/** `email` is given when the session has lapsed. */
export function LoginForm({ email }: { readonly email?: string }) {
  return (
    <CredentialsForm
      action="Log in"
      email={email}
      onSubmit={async (name, password) => signIn(await logIn(name, password))}
    />
  );
}

import { createFirstAdmin, fetchAuthStatus } from '../api/auth.ts';
import { signIn } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { useLoad } from '../parts/use-load.ts';
import { CredentialsForm } from './credentials-form.tsx';
import { Gate } from './gate.tsx';

/** Behind the one-time link: the first admin. */
export function SetupPage({ token, onDone }: { readonly token: string; readonly onDone: () => void }) {
  const status = useLoad('status', fetchAuthStatus);
  if (status.data?.needs_setup === false) {
    return (
      <Gate title="Already set up" text="This link was used before: the server has an admin.">
        <Button kind="primary" onClick={onDone}>
          Log in
        </Button>
      </Gate>
    );
  }
  return (
    <Gate title="Welcome to Alyx" text="Create the first admin. This works once, with this link.">
      <CredentialsForm
        action="Create admin"
        minLength={status.data?.password_min_length ?? 8}
        onSubmit={async (email, password) => {
          signIn(await createFirstAdmin(token, email, password));
          onDone();
        }}
      />
    </Gate>
  );
}

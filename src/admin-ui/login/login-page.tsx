import { fetchAuthStatus } from '../api/auth.ts';
import { Notice } from '../parts/notice.tsx';
import { useLoad } from '../parts/use-load.ts';
import { Gate } from './gate.tsx';
import { LoginForm } from './login-form.tsx';

/** Where nobody is signed in. Says what to do while there is no admin at all. */
export function LoginPage({ reason }: { readonly reason: string | null }) {
  const status = useLoad('status', fetchAuthStatus);
  if (status.data?.needs_setup === true) {
    return (
      <Gate title="Almost there" text="This server has no admin yet.">
        <p>
          Open the one-time set-up link that the server printed when it started, or run this on its machine:
        </p>
        <pre class="card card-padded">alyx admin create --email you@example.com</pre>
      </Gate>
    );
  }
  return (
    <Gate title="Log in" text="With the account of an admin.">
      {reason !== null && <Notice kind="warn">{reason}</Notice>}
      <LoginForm />
    </Gate>
  );
}

import { signOut } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { LoginForm } from './login-form.tsx';
import './gate.css';

/** Over the page when the server has ended the session: what was typed beneath is still there afterwards. */
export function LapsedDialog({ email }: { readonly email: string }) {
  return (
    <Dialog title="Your session has ended" onClose={() => undefined} dismissible={false}>
      <p class="soft">Log in again to go on. Nothing on this page is lost.</p>
      <div class="lapsed-form">
        <LoginForm email={email} />
      </div>
      <Button kind="ghost" onClick={() => void signOut()}>
        Leave instead
      </Button>
    </Dialog>
  );
}

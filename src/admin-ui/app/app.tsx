import { useState } from 'preact/hooks';
import { session } from '../api/session.ts';
import { LapsedDialog } from '../login/lapsed-dialog.tsx';
import { LoginPage } from '../login/login-page.tsx';
import { SetupPage } from '../login/setup-page.tsx';
import { ConfirmRegion } from '../parts/confirm.tsx';
import { useStore } from '../parts/store.ts';
import { ToastRegion } from '../parts/toasts.tsx';
import { Shell } from '../shell/shell.tsx';

export function App() {
  return (
    <>
      <Front />
      <ConfirmRegion />
      <ToastRegion />
    </>
  );
}

function Front() {
  const state = useStore(session);
  const [setupToken, setSetupToken] = useState(takeSetupToken);
  if (state.status === 'starting') return null;
  if (setupToken !== null && state.status === 'signed-out') {
    return <SetupPage token={setupToken} onDone={() => setSetupToken(null)} />;
  }
  if (state.status === 'signed-out') return <LoginPage reason={state.reason} />;
  return (
    <>
      <Shell user={state.user} />
      {state.lapsed && <LapsedDialog email={state.user.email} />}
    </>
  );
}

/** From `#setup=TOKEN`; a fragment never travels, and it leaves the address bar and the history at once. */
function takeSetupToken(): string | null {
  const token = /^#setup=([\w-]+)$/.exec(location.hash)?.[1];
  if (token === undefined) return null;
  history.replaceState(null, '', location.pathname);
  return token;
}

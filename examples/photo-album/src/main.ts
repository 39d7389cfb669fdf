import { albumPage } from './album-page.ts';
import { alyx } from './alyx.ts';
import { loginPage } from './login-page.ts';

let shown: string | null | undefined;

/** The album of whoever is logged in, or the way to log in. */
function show(userId: string | null, email = ''): void {
  if (userId === shown) return; // renewed tokens change nothing that is seen
  shown = userId;
  document.body.replaceChildren(userId === null ? loginPage() : albumPage(userId, email));
}

alyx.auth.onChange((session) => show(session?.user.id ?? null, session?.user.email));
const session = await alyx.auth.session();
show(session?.user.id ?? null, session?.user.email);

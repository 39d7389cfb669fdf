import type { FastifyInstance } from 'fastify';
import type { AccountsContext } from '../../../accounts/accounts-context.ts';
import type { Cleanup } from '../../../files/cleanup.ts';
import type { FilesContext } from '../../../files/files-context.ts';
import { requireAdmin } from '../../require-user.ts';
import { registerAdminCleanup } from './cleanup.ts';
import { registerAdminSchema } from './schema.ts';
import { registerAdminUsers } from './users.ts';

export interface AdminDeps {
  readonly accounts: AccountsContext;
  readonly files: FilesContext;
  readonly cleanup: Cleanup;
}

/** `/api/admin`: for admins only, whatever the route. Nothing here shows a secret, an object key or a path of a backend. */
export function registerAdmin(app: FastifyInstance, deps: AdminDeps): void {
  app.addHook('onRequest', async (request, reply) => {
    requireAdmin(request.caller);
    reply.header('cache-control', 'no-store');
  });
  registerAdminUsers(app, deps.accounts);
  registerAdminSchema(app, deps.files.schema);
  registerAdminCleanup(app, deps.cleanup);
}

import type { FastifyInstance } from 'fastify';
import type { AccountsContext } from '../../../accounts/accounts-context.ts';
import type { Cleanup } from '../../../files/cleanup.ts';
import type { FilesContext } from '../../../files/files-context.ts';
import type { TroubleRepository } from '../../../operations/trouble-repository.ts';
import type { RecordsContext } from '../../../records/records-context.ts';
import type { UploadsContext } from '../../../uploads/uploads-context.ts';
import { requireAdmin } from '../../require-user.ts';
import { registerAdminCleanup } from './cleanup.ts';
import { registerAdminFiles } from './files.ts';
import { registerAdminRules } from './rules.ts';
import { registerAdminSchema } from './schema.ts';
import { registerAdminStats } from './stats.ts';
import { registerAdminUploads } from './uploads.ts';
import { registerAdminUsage } from './usage.ts';
import { registerAdminUsers } from './users.ts';

export interface AdminDeps {
  readonly accounts: AccountsContext;
  readonly files: FilesContext;
  readonly uploads: UploadsContext;
  readonly records: RecordsContext;
  readonly trouble: TroubleRepository;
  readonly cleanup: Cleanup;
}

/** `/api/admin`: for admins only, whatever the route. Nothing here shows a secret, an object key or a path of a backend. */
export function registerAdmin(app: FastifyInstance, deps: AdminDeps): void {
  app.addHook('onRequest', async (request, reply) => {
    requireAdmin(request.caller);
    reply.header('cache-control', 'no-store');
  });
  registerAdminStats(app, deps.uploads, deps.trouble);
  registerAdminUsage(app, deps.files, deps.trouble);
  registerAdminFiles(app, deps.files);
  registerAdminUploads(app, deps.uploads);
  registerAdminUsers(app, deps.accounts);
  registerAdminRules(app, deps.accounts, deps.records);
  registerAdminSchema(app, deps.files.schema);
  registerAdminCleanup(app, deps.cleanup);
}

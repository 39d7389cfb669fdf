import { OperatorError } from '../lib/errors.ts';

const DENIED = /^(SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|(EACCES|EPERM|EROFS|ENOENT|EEXIST|ENOTDIR|EISDIR)$)/;
const FULL = /^(SQLITE_FULL|ENOSPC|EDQUOT)$/;
const DAMAGED = /^SQLITE_(CORRUPT|NOTADB)/;
/** What SQLite and the system call their errors; Node's own begin with ERR_. */
const TROUBLE = /^(SQLITE_|E[A-Z0-9]+$)/;

/**
 * What the operator is told when SQLite or the system does not let a process use `what`; `ifDenied` says what to do
 * where it is permissions. Whatever is not such trouble comes back as it is.
 */
export function cannotOpen(what: string, ifDenied: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!(error instanceof Error) || !TROUBLE.test(code)) return error;
  const remedy = DENIED.test(code) ? ifDenied : remedyFor(code);
  return new OperatorError(`cannot open ${what}: ${error.message}; ${remedy}`, { cause: error });
}

function remedyFor(code: string): string {
  if (FULL.test(code)) return 'make room on its disk';
  if (DAMAGED.test(code))
    return 'the file is damaged, or another program’s: check database.path, or restore a backup';
  return 'its disk may be full or failing: the log of the system may tell more';
}

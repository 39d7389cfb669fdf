import { AppError } from '../lib/errors.ts';

interface SqliteError extends Error {
  readonly code: string;
}

export function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && error.name === 'SqliteError' && 'code' in error;
}

/** True when another process holds the lock that a statement needs. */
export function isBusy(error: unknown): boolean {
  return isSqliteError(error) && error.code.startsWith('SQLITE_BUSY');
}

/** True when a statement failed on a UNIQUE or PRIMARY KEY constraint. */
export function isUniqueViolation(error: unknown): boolean {
  return (
    isSqliteError(error) &&
    (error.code === 'SQLITE_CONSTRAINT_UNIQUE' || error.code === 'SQLITE_CONSTRAINT_PRIMARYKEY')
  );
}

/** True when a statement failed on a FOREIGN KEY constraint. */
export function isForeignKeyViolation(error: unknown): boolean {
  return isSqliteError(error) && error.code === 'SQLITE_CONSTRAINT_FOREIGNKEY';
}

/** What SQLite also says when the system cannot read the file (EIO): the two cannot be told apart. */
const DAMAGED = /^SQLITE_(CORRUPT|NOTADB)/;
const UNAVAILABLE = /^SQLITE_(BUSY|LOCKED|IOERR|READONLY|CANTOPEN|PROTOCOL|NOMEM)/;

/**
 * What the caller is told when SQLite itself cannot go on: no space is STORAGE_FULL, any other trouble with the
 * disk or the lock is BACKEND_UNAVAILABLE. Whatever is not such trouble comes back as it is.
 */
export function toAppError(error: unknown): unknown {
  if (!isSqliteError(error)) return error;
  if (error.code === 'SQLITE_FULL') return databaseFull(error);
  if (DAMAGED.test(error.code)) {
    const message = 'The database cannot be read: its disk is failing, or its file is damaged.';
    return new AppError('BACKEND_UNAVAILABLE', message, undefined, { cause: error });
  }
  if (UNAVAILABLE.test(error.code)) {
    return new AppError(
      'BACKEND_UNAVAILABLE',
      'The database cannot be written just now; try again.',
      undefined,
      {
        cause: error,
      },
    );
  }
  return error;
}

export function databaseFull(cause: unknown): AppError {
  return new AppError('STORAGE_FULL', 'The disk that holds the database is full.', undefined, { cause });
}

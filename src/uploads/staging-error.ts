import { AppError } from '../lib/errors.ts';

/** What a client is told when the staging folder cannot take its bytes; anything but disk trouble comes back as it is. */
export function stagingError(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error) || !('syscall' in error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError('STORAGE_FULL', 'The disk that takes uploads is full.', undefined, { cause: error });
  }
  return new AppError(
    'BACKEND_UNAVAILABLE',
    'The folder that takes uploads cannot be written just now; try again.',
    undefined,
    {
      cause: error,
    },
  );
}

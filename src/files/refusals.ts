import { AppError } from '../lib/errors.ts';

/** The refusals that more than one way in can meet, so that every transport says the same for the same violation. */

export function bucketNotFound(bucket: string): AppError {
  return new AppError('BUCKET_NOT_FOUND', `There is no bucket "${bucket}".`, { bucket });
}

export function fileNotFound(id: string): AppError {
  return new AppError('FILE_NOT_FOUND', 'There is no such file in this bucket.', { id });
}

export function fileExists(path: string): AppError {
  return new AppError(
    'FILE_EXISTS',
    `A file with the path "${path}" exists in this bucket; choose another path, or delete that file first.`,
    { path },
  );
}

export function fileTooLarge(bucket: string, limit: number): AppError {
  return new AppError(
    'FILE_TOO_LARGE',
    `The file is larger than the ${limit} bytes that bucket "${bucket}" allows.`,
    {
      limit,
    },
  );
}

export function typeNotAllowed(bucket: string, mimeType: string, allowed: readonly string[]): AppError {
  return new AppError(
    'TYPE_NOT_ALLOWED',
    `The content is ${mimeType}; bucket "${bucket}" takes only ${allowed.join(', ')}.`,
    { mime_type: mimeType, allowed_types: allowed },
  );
}

export function quotaExceeded(
  bucket: string,
  quota: number,
  usage: { readonly bytes: number; readonly reservedBytes: number },
  size: number,
): AppError {
  const left = Math.max(0, quota - usage.bytes - usage.reservedBytes);
  return new AppError(
    'QUOTA_EXCEEDED',
    `Bucket "${bucket}" has ${left} bytes left of its quota of ${quota}; delete files or raise max_total_size.`,
    { quota, used: usage.bytes, reserved: usage.reservedBytes, size },
  );
}

/** Throws CHECKSUM_MISMATCH unless the bytes are those that were announced; `expected` null = nothing was. */
export function requireChecksum(expected: string | null, actual: string): void {
  if (expected === null || expected === actual) return;
  throw new AppError(
    'CHECKSUM_MISMATCH',
    'The bytes that arrived are not the bytes that were announced; send again.',
    { expected, actual },
  );
}

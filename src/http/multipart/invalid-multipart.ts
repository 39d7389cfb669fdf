import { AppError } from '../../lib/errors.ts';

export function invalidMultipart(problem: string, part?: string): AppError {
  const details = part === undefined ? undefined : { part };
  return new AppError('INVALID_MULTIPART', `The multipart form ${problem}.`, details);
}

/** A name from the form, short and harmless enough to stand in a message. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 64 ? `${name.slice(0, 64)}…` : name);
}

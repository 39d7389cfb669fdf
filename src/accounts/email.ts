import type { FieldProblem } from '../lib/errors.ts';
import { isEmail } from '../schema/formats.ts';

/** One spelling per mailbox: providers tell no two of them apart by case, and people never do. */
export function normalizeEmail(email: string): string {
  return email.normalize('NFC').toLowerCase();
}

/** What is wrong with a normalised address; null when it can be one. */
export function emailProblem(email: string): FieldProblem | null {
  if (isEmail(email)) return null;
  return { field: 'email', code: 'invalid', message: 'must be an e-mail address' };
}

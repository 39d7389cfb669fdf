import type { KnownActor } from '../auth/tokens.ts';
import type { JsonObject } from '../lib/json.ts';

export const ROLES = ['user', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** A row of `_alyx_users` without what proves the password. Times are epoch milliseconds. */
export interface User {
  readonly id: string;
  /** Normalised; see `normalizeEmail`. */
  readonly email: string;
  readonly role: Role;
  readonly verified: boolean;
  /** What rules see as `auth.metadata`; only admins write it. */
  readonly metadata: JsonObject;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The user as rules know a caller. */
export function toActor({ id, email, role, verified, metadata }: User): KnownActor {
  return { id, email, role, verified, metadata };
}

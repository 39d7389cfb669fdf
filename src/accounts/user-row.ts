import type { JsonObject } from '../lib/json.ts';
import type { Role, User } from './user.ts';

/** A row as SQLite gives it under USER_COLUMNS. */
export interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly verified: number;
  readonly metadata: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export const USER_COLUMNS = `u.id, u.email, u.role, u.verified, u.metadata, u.created_at AS createdAt,
  u.updated_at AS updatedAt`;

const NO_METADATA: JsonObject = Object.freeze({});

export function toUser({ id, email, role, verified, metadata, createdAt, updatedAt }: UserRow): User {
  return {
    id,
    email,
    role,
    verified: verified === 1,
    metadata: metadata === '{}' ? NO_METADATA : (JSON.parse(metadata) as JsonObject),
    createdAt,
    updatedAt,
  };
}

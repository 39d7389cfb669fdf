import type { User } from '../accounts/user.ts';
import { toTimestamp } from '../lib/clock.ts';

/** A user as every response shows them; CONTRACT section 7. */
export function userToJson(user: User) {
  return {
    id: user.id,
    email: user.email,
    verified: user.verified,
    role: user.role,
    metadata: user.metadata,
    created_at: toTimestamp(user.createdAt),
    updated_at: toTimestamp(user.updatedAt),
  };
}

import type { JsonObject } from '../lib/json.ts';

/** Who is asking. `id` is null for an anonymous caller, and then nothing else is known. */
export interface Actor {
  readonly id: string | null;
  readonly email: string | null;
  readonly role: string | null;
  readonly verified: boolean;
  readonly metadata: JsonObject;
}

export const ANONYMOUS: Actor = Object.freeze({
  id: null,
  email: null,
  role: null,
  verified: false,
  metadata: {},
});

/** `auth.role == 'admin'` passes every rule without evaluation; CONTRACT section 3. */
export function isAdmin(actor: Actor): boolean {
  return actor.id !== null && actor.role === 'admin';
}

import type { User } from './auth.ts';
import { request, requestJson } from './request.ts';

export interface UserList {
  readonly users: readonly User[];
  readonly total: number;
}

export interface UserChanges {
  readonly email?: string;
  readonly password?: string;
  readonly role?: string;
  readonly verified?: boolean;
}

export function listUsers(
  query: { readonly search: string; readonly role: string; readonly limit: number; readonly offset: number },
  signal: AbortSignal,
): Promise<UserList> {
  return requestJson('/api/admin/users', { query, signal });
}

export function getUser(id: string, signal: AbortSignal): Promise<User> {
  return requestJson(`/api/admin/users/${encodeURIComponent(id)}`, { signal });
}

export function createUser(user: Required<Omit<UserChanges, 'verified'>>): Promise<User> {
  return requestJson('/api/admin/users', { method: 'POST', json: user });
}

export function changeUser(id: string, changes: UserChanges): Promise<User> {
  return requestJson(`/api/admin/users/${id}`, { method: 'PATCH', json: changes });
}

export async function deleteUser(id: string): Promise<void> {
  await request(`/api/admin/users/${id}`, { method: 'DELETE' });
}

import type { JsonObject } from './json.ts';

export interface User {
  readonly id: string;
  readonly email: string;
  readonly verified: boolean;
  readonly role: 'user' | 'admin';
  /** What rules see as `auth.metadata`. */
  readonly metadata: JsonObject;
  readonly created_at: string;
  readonly updated_at: string;
}

/** The caller as the server sees it. Someone who came with a token made elsewhere has no row, and need have no address. */
export interface CurrentUser extends Omit<User, 'email' | 'role' | 'created_at' | 'updated_at'> {
  readonly email: string | null;
  readonly role: string;
  readonly created_at: string | null;
  readonly updated_at: string | null;
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  /** When the access token expires; the client renews it by itself. */
  readonly expires_at: string;
  readonly token_type: string;
}

/** A user who is logged in. */
export interface Session {
  readonly user: User;
  readonly tokens: Tokens;
}

export interface Login {
  readonly email: string;
  readonly password: string;
}

/** What the server says of itself to anyone. */
export interface AuthStatus {
  /** True until the first admin is made. */
  readonly needs_setup: boolean;
  /** Whether anyone may register. */
  readonly allow_registration: boolean;
  readonly password_min_length: number;
}

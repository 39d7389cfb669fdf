import { z } from 'zod';
import { ROLES } from '../../accounts/user.ts';

const email = z.string().max(320);
const password = z.string().min(1).max(1024);

/** `cookie`: the refresh token comes as a cookie that scripts cannot read, instead of in the body. */
const session = z.enum(['token', 'cookie']).default('token');

export const registerShape = z.strictObject({ email, password, session });
export const loginShape = z.strictObject({ email, password, session });
export const setupShape = z.strictObject({ token: z.string().max(128), email, password, session });

/** Without a token: the one in the cookie. */
export const refreshShape = z.strictObject({ refresh_token: z.string().max(4096).optional() });
export const logoutShape = refreshShape;

export const userShape = z.strictObject({
  id: z.string(),
  email: z.string(),
  verified: z.boolean(),
  role: z.enum(ROLES),
  metadata: z.record(z.string(), z.unknown()),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

export const sessionShape = z.strictObject({
  user: userShape,
  tokens: z.strictObject({
    access_token: z.string(),
    /** Null when it came as a cookie. */
    refresh_token: z.string().nullable(),
    /** When the access token expires. */
    expires_at: z.iso.datetime(),
    token_type: z.literal('Bearer'),
  }),
});

/** Tokens minted elsewhere may name a role of their own, no address, and nobody who is stored here. */
export const meShape = userShape.extend({
  email: z.string().nullable(),
  role: z.string().nullable(),
  created_at: z.iso.datetime().nullable(),
  updated_at: z.iso.datetime().nullable(),
});

export const statusShape = z.strictObject({
  /** True while there is no admin: the one-time link of the banner makes the first. */
  needs_setup: z.boolean(),
  allow_registration: z.boolean(),
  password_min_length: z.int(),
});

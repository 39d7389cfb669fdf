import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { AccountsContext } from '../../../accounts/accounts-context.ts';
import { changeUser, userNotFound } from '../../../accounts/change-user.ts';
import { newUser } from '../../../accounts/new-user.ts';
import { ROLES } from '../../../accounts/user.ts';
import { hasFiniteNumbers, type JsonObject } from '../../../lib/json.ts';
import { readBody, readQuery } from '../../input.ts';
import { userToJson } from '../../user-json.ts';
import { userShape } from '../auth-shapes.ts';

/** Every request of the user carries it along: what does not fit here belongs into a collection. */
const MAX_METADATA = 16_384;

const metadata = z
  .record(z.string(), z.unknown())
  .refine((value) => JSON.stringify(value).length <= MAX_METADATA, {
    error: `must be at most ${MAX_METADATA} characters of JSON`,
  })
  .refine(hasFiniteNumbers, { error: 'must hold no number beyond 1.8e308, the limit of a double' })
  .transform((value) => value as JsonObject);

const email = z.string().max(320);
const password = z.string().max(1024);

export const newUserShape = z.strictObject({
  email,
  password,
  role: z.enum(ROLES).default('user'),
  verified: z.boolean().default(false),
  metadata: metadata.default({}),
});

/** A new password logs the user out everywhere. */
export const userPatchShape = z.strictObject({
  email: email.optional(),
  password: password.optional(),
  role: z.enum(ROLES).optional(),
  verified: z.boolean().optional(),
  metadata: metadata.optional(),
});

export const userListQueryShape = z.strictObject({
  /** Part of the e-mail address. */
  search: z.string().max(320).optional(),
  role: z.enum(ROLES).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  offset: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
});

export const userListShape = z.strictObject({
  users: z.array(userShape),
  total: z.int(),
  limit: z.int(),
  offset: z.int(),
});

interface UserParams {
  Params: { id: string };
}

/** `/api/admin/users`: everybody who has an account, newest first; create, change and delete them. */
export function registerAdminUsers(app: FastifyInstance, accounts: AccountsContext): void {
  app.get('/api/admin/users', async (request) => {
    const { search, role, limit, offset } = readQuery(userListQueryShape, request.query);
    const query = { search: search === undefined || search === '' ? null : search, role: role ?? null };
    const { users, total } = await accounts.users.list({ ...query, limit, offset });
    return { users: users.map(userToJson), total, limit, offset };
  });

  app.post('/api/admin/users', async (request, reply) => {
    const { email, password, ...given } = readBody(newUserShape, request.body);
    const created = await newUser(accounts, { email, password }, given);
    await accounts.users.create(created);
    const { user } = created;
    return reply.code(201).header('location', `/api/admin/users/${user.id}`).send(userToJson(user));
  });

  app.get<UserParams>('/api/admin/users/:id', async (request) => {
    const user = await accounts.users.find(request.params.id);
    if (user === null) throw userNotFound(request.params.id);
    return userToJson(user);
  });

  app.patch<UserParams>('/api/admin/users/:id', async (request) => {
    const patch = readBody(userPatchShape, request.body);
    return userToJson(await changeUser(accounts, request.params.id, patch));
  });

  app.delete<UserParams>('/api/admin/users/:id', async (request, reply) => {
    if (!(await accounts.users.delete(request.params.id))) throw userNotFound(request.params.id);
    return reply.code(204).send();
  });
}

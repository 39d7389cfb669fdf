import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { AccountsContext } from '../../../accounts/accounts-context.ts';
import { toActor } from '../../../accounts/user.ts';
import { ANONYMOUS, type Actor } from '../../../auth/actor.ts';
import type { Caller } from '../../../auth/caller.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { DECIDERS, type AccessExplanation } from '../../../operations/explain-access.ts';
import { explainFileAccess } from '../../../operations/explain-file-access.ts';
import { explainRecordAccess } from '../../../operations/explain-record-access.ts';
import type { RecordsContext } from '../../../records/records-context.ts';
import { BUCKET_OPERATIONS, COLLECTION_OPERATIONS } from '../../../schema/schema.ts';
import { readBody } from '../../input.ts';
import { positionShape } from './schema.ts';

const jsonObject = z.record(z.string(), z.unknown()).transform((value) => value as JsonObject);

const caller = {
  /** Null or absent = anonymous. What is not given comes from the user's account, if there is one under this id. */
  user: z
    .strictObject({
      id: z.string().min(1).max(255),
      email: z.string().nullable().optional(),
      role: z.string().nullable().optional(),
      verified: z.boolean().optional(),
      metadata: jsonObject.optional(),
    })
    .nullable()
    .default(null),
  /** Where the request would come from, and when. */
  ip: z.string().max(64).optional(),
  time: z.iso.datetime({ offset: true }).optional(),
};

export const explainFileShape = z.strictObject({
  ...caller,
  bucket: z.string(),
  operation: z.enum(BUCKET_OPERATIONS),
  file_id: z.string().optional(),
  /** What the file would be like, where none is named. */
  candidate: z
    .strictObject({
      name: z.string().optional(),
      path: z.string().optional(),
      mime_type: z.string().optional(),
      size: z.int().min(0).optional(),
      owner_id: z.string().nullable().optional(),
      metadata: jsonObject.optional(),
    })
    .default({}),
});

export const explainRecordShape = z.strictObject({
  ...caller,
  collection: z.string(),
  operation: z.enum(COLLECTION_OPERATIONS),
  record_id: z.string().optional(),
  /** What would be sent: the whole record on `create`, what changes on `update`. */
  candidate: jsonObject.optional(),
});

export const explainShape = z.union([explainFileShape, explainRecordShape]);

export const explanationShape = z.strictObject({
  allowed: z.boolean(),
  decided_by: z.enum(DECIDERS),
  /** The decision in a sentence for people. */
  message: z.string(),
  /** `at` is null for a file's own rule. */
  rule: z.strictObject({ text: z.string(), at: positionShape.nullable() }).nullable(),
  /** What decided: conditions of the rule, with their place in its text. */
  conditions: z.array(
    z.strictObject({
      text: z.string(),
      start: z.int(),
      end: z.int(),
      /** Null = it has none; `error` says why. */
      value: z.boolean().nullable(),
      error: z.string().nullable(),
    }),
  ),
});

/** `POST /api/admin/rules/explain`: whether a caller might do something, and what decides that. Nothing is done. */
export function registerAdminRules(
  app: FastifyInstance,
  accounts: AccountsContext,
  records: RecordsContext,
): void {
  app.post('/api/admin/rules/explain', async (request) => {
    const asked = request.body;
    const isRecord = typeof asked === 'object' && asked !== null && 'collection' in asked;
    if (isRecord) {
      const question = readBody(explainRecordShape, asked);
      const { collection, operation, record_id: recordId, candidate } = question;
      const who = await callerOf(question, request.caller);
      return toJson(
        await explainRecordAccess(records, who, { collection, operation, recordId, candidate }),
        operation,
      );
    }
    const question = readBody(explainFileShape, asked);
    const { bucket, operation, file_id: fileId, candidate: given } = question;
    const { mime_type: mimeType, owner_id: ownerId, name, path = name, size, metadata } = given;
    const candidate = {
      name: name ?? null,
      path: path ?? null,
      size: size ?? null,
      mimeType: mimeType ?? null,
      ownerId: ownerId ?? null,
      metadata: metadata ?? {},
    };
    const who = await callerOf(question, request.caller);
    return toJson(
      await explainFileAccess(records.files, who, { bucket, operation, fileId, candidate }),
      operation,
    );
  });

  async function callerOf(question: Asked, asker: Caller): Promise<Caller> {
    return {
      actor: await actorOf(question.user),
      method: METHODS[question.operation],
      ip: question.ip ?? asker.ip,
      time: question.time === undefined ? asker.time : Date.parse(question.time),
    };
  }

  async function actorOf(user: Asked['user']): Promise<Actor> {
    if (user === null) return ANONYMOUS;
    const known = await accounts.users.find(user.id);
    const base = known === null ? { ...ANONYMOUS, id: user.id, role: 'user' } : toActor(known);
    return {
      id: user.id,
      email: user.email === undefined ? base.email : user.email,
      role: user.role === undefined ? base.role : user.role,
      verified: user.verified ?? base.verified,
      metadata: user.metadata ?? base.metadata,
    };
  }
}

type Asked = Pick<z.output<typeof explainFileShape>, 'user' | 'ip' | 'time' | 'operation'>;

const METHODS = { create: 'POST', read: 'GET', update: 'PATCH', download: 'GET', delete: 'DELETE' } as const;

function toJson(explanation: AccessExplanation, operation: string) {
  const { allowed, decidedBy, rule, conditions } = explanation;
  return {
    allowed,
    decided_by: decidedBy,
    message: sentence(explanation, operation),
    rule,
    conditions: conditions.map(({ source, ...rest }) => ({ text: source, ...rest })),
  };
}

const RULES = {
  bucket_rule: "the bucket's",
  file_rule: "the file's own",
  collection_rule: "the collection's",
};

function sentence({ allowed, decidedBy, conditions }: AccessExplanation, operation: string): string {
  if (decidedBy === 'admin') return 'Allowed: admins pass every rule.';
  if (decidedBy === 'missing_rule') {
    return `Denied: there is no "${operation}" rule, which denies everybody but admins.`;
  }
  const reasons = conditions.map(({ source, value, error }) =>
    value === null ? `${source} has no value (${error ?? ''})` : `${source} is ${value ? 'true' : 'false'}`,
  );
  const verdict = `${allowed ? 'Allowed' : 'Denied'} by ${RULES[decidedBy]} "${operation}" rule`;
  return reasons.length === 0 ? `${verdict}.` : `${verdict}: ${reasons.join(', and ')}.`;
}

import type { z } from 'zod';
import type { ErrorCode } from '../../lib/errors.ts';
import { STATUS } from '../status.ts';
import { reference, type Components } from './components.ts';
import type { JsonSchema } from './json-schema.ts';
import type { Access, BodyDoc, Operation, SuccessDoc } from './operation.ts';

const BASE_ERRORS: readonly ErrorCode[] = [
  'INVALID_QUERY',
  'INVALID_TOKEN',
  'TOKEN_EXPIRED',
  'INTERNAL_ERROR',
];
const ACCESS_ERRORS: Readonly<Record<Access, readonly ErrorCode[]>> = {
  public: BASE_ERRORS,
  user: [...BASE_ERRORS, 'UNAUTHORIZED'],
  rules: [...BASE_ERRORS, 'UNAUTHORIZED', 'FORBIDDEN'],
  admin: [...BASE_ERRORS, 'UNAUTHORIZED', 'FORBIDDEN'],
};

/** Schemas of the placeholders in addresses, by name. */
export type PathSchemas = Readonly<Record<string, JsonSchema>>;

/** An Operation Object; https://spec.openapis.org/oas/v3.1.1#operation-object. */
export function operationJson(operation: Operation, components: Components, paths: PathSchemas): JsonSchema {
  const { access, summary, tag, body } = operation;
  return {
    operationId: operationId(operation),
    tags: [tag],
    summary,
    security: access === 'public' ? [] : access === 'rules' ? [{}, { bearer: [] }] : [{ bearer: [] }],
    parameters: [
      ...pathParameters(operation, paths),
      ...queryParameters(operation, components),
      ...headers(operation),
    ],
    ...(body !== undefined && {
      requestBody: {
        required: body.kind !== 'bytes',
        content: content(body, (shape) => components.input(shape)),
      },
    }),
    responses: responses(operation, components),
  };
}

/** `get /api/files/:bucket/:id` becomes `get_files_bucket_id`: unique, and a usable name for code generators. */
function operationId({ method, url }: Operation): string {
  const words = url.replace(/^\/(api\/)?/, '').split(/[^A-Za-z0-9]+/);
  return [method, ...words].filter(Boolean).join('_');
}

function pathParameters({ url }: Operation, paths: PathSchemas): JsonSchema[] {
  return [...url.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: paths[name] ?? { type: 'string' },
  }));
}

function queryParameters({ query }: Operation, components: Components): JsonSchema[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = components.input(query) as {
    properties?: Record<string, JsonSchema>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }));
}

function headers({ headers: docs = [] }: Operation): JsonSchema[] {
  return docs.map(({ name, description, required = false }) => ({
    name,
    in: 'header',
    required,
    description,
    schema: { type: 'string' },
  }));
}

function responses(
  { access, success, errors = [], refusals = {} }: Operation,
  components: Components,
): JsonSchema {
  const codes = [...new Set([...ACCESS_ERRORS[access], ...errors])];
  const byStatus = Map.groupBy(codes, (code): number => STATUS[code]);
  return {
    ...Object.fromEntries(
      [...byStatus].map(([status, group]) => [status, refusal([...group, ...(refusals[status] ?? [])])]),
    ),
    ...Object.fromEntries(success.map((answer) => [answer.status, successJson(answer, components)])),
  };
}

function successJson(
  { description, body, headers: names = [] }: SuccessDoc,
  components: Components,
): JsonSchema {
  return {
    description,
    ...(names.length > 0 && {
      headers: Object.fromEntries(names.map((name) => [name, { schema: { type: 'string' } }])),
    }),
    ...(body !== undefined && { content: content(body, (shape) => components.output(shape)) }),
  };
}

function refusal(codes: readonly ErrorCode[]): JsonSchema {
  const schema = { allOf: [reference('Error')], properties: { code: { enum: codes } } };
  return { description: codes.join(', '), content: { 'application/json': { schema } } };
}

function content(body: BodyDoc, toSchema: (shape: z.ZodType) => JsonSchema): JsonSchema {
  if (body.kind === 'schema') return { 'application/json': { schema: body.schema } };
  if (body.kind === 'json') return { 'application/json': { schema: toSchema(body.shape) } };
  // OpenAPI 3.1: a body without a schema is bytes.
  if (body.kind === 'bytes') return { [body.mediaType]: {} };
  const texts = Object.entries(body.fields).map(([name, description]): [string, JsonSchema] => [
    name,
    { type: 'string', description },
  ]);
  const properties = { ...Object.fromEntries(texts), file: { type: 'string', contentMediaType: '*/*' } };
  return { 'multipart/form-data': { schema: { type: 'object', properties, required: ['file'] } } };
}

import type { Schema } from '../../schema/schema.ts';
import { meShape, sessionShape, statusShape, userShape } from '../routes/auth-shapes.ts';
import { ADMIN_OPERATIONS } from './admin-operations.ts';
import { AUTH_OPERATIONS } from './auth-operations.ts';
import { Components } from './components.ts';
import { FILE_OPERATIONS } from './file-operations.ts';
import {
  batchDeletionAnswer,
  errorShape,
  expandedFileAnswer,
  fileListAnswer,
  fileShape,
  signedUrlAnswer,
} from './file-shapes.ts';
import type { JsonSchema } from './json-schema.ts';
import { operationJson } from './operation-json.ts';
import type { Operation } from './operation.ts';
import { recordOperations } from './record-operations.ts';
import { addRecordSchemas } from './record-schemas.ts';
import { SYSTEM_OPERATIONS } from './system-operations.ts';
import { TUS_OPERATIONS } from './tus-operations.ts';

export interface DocumentOptions {
  readonly schema: Schema;
  /** This Alyx's version. */
  readonly version: string;
  /** Where the API is reached; null = where the document is. */
  readonly serverUrl: string | null;
  /** Whether this server has the route: some can be switched off. */
  readonly hasRoute: (operation: Operation) => boolean;
}

/** Every route there is but those of the collections, which the schema makes. */
export const OPERATIONS: readonly Operation[] = [
  ...FILE_OPERATIONS,
  ...TUS_OPERATIONS,
  ...AUTH_OPERATIONS,
  ...ADMIN_OPERATIONS,
  ...SYSTEM_OPERATIONS,
];

const NAMED = {
  Error: errorShape,
  File: fileShape,
  ExpandedFile: expandedFileAnswer,
  FileList: fileListAnswer,
  BatchDeletion: batchDeletionAnswer,
  SignedUrl: signedUrlAnswer,
  User: userShape,
  Session: sessionShape,
  Me: meShape,
  AuthStatus: statusShape,
};

/** The API as OpenAPI 3.1 tells of it, for the buckets and collections of the loaded schema. */
export function openApiDocument({ schema, version, serverUrl, hasRoute }: DocumentOptions): JsonSchema {
  const components = new Components();
  for (const [name, shape] of Object.entries(NAMED)) components.add(name, shape);
  const records = [...schema.collections.values()].flatMap((collection) =>
    recordOperations(collection.name, addRecordSchemas(components, schema, collection)),
  );
  const operations = [...OPERATIONS.filter(hasRoute), ...records];
  const placeholders = {
    bucket: { type: 'string', enum: [...schema.buckets.keys()] },
    id: { type: 'string' },
  };
  return {
    openapi: '3.1.1',
    info: {
      title: 'Alyx',
      version,
      description: 'Buckets, files, resumable uploads and records with files.',
    },
    servers: [{ url: serverUrl ?? '/' }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths: pathsJson(operations, (operation) => operationJson(operation, components, placeholders)),
    components: {
      schemas: components.toJson(),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function pathsJson(
  operations: readonly Operation[],
  toJson: (operation: Operation) => JsonSchema,
): JsonSchema {
  const byUrl = Map.groupBy(operations, ({ url }) => url.replaceAll(/:(\w+)/g, '{$1}'));
  return Object.fromEntries(
    [...byUrl].map(([url, group]) => [
      url,
      Object.fromEntries(group.map((operation) => [operation.method, toJson(operation)])),
    ]),
  );
}

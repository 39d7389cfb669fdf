import type { Schema } from '../schema/schema.ts';
import { TAKEN_NAMES } from './runtime/taken-names.ts';
import { GENERATED } from './schema-module.ts';
import { literal, memberText } from './type-text.ts';
import { typeNames } from './type-names.ts';

/** The module that applications import. */
export function clientModule(url: string | null, chunkSize: number): string {
  const defaults = [...(url === null ? [] : [`url: ${literal(url)}`]), `chunkSize: ${chunkSize}`];
  return `${GENERATED}
import { createBaseClient } from './runtime/client.js';
import { buckets, collections } from './schema.js';

export { AlyxError, isAlyxError } from './runtime/alyx-error.js';
export { isExpanded } from './runtime/is-expanded.js';
export { memoryStore } from './runtime/key-value-store.js';
export { buckets, collections } from './schema.js';

export function createClient(given = {}) {
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return createBaseClient({ buckets, collections }, { ${defaults.join(', ')}, ...options });
}
`;
}

export function clientTypes({ collections }: Schema, url: string | null): string {
  const names = [...typeNames(collections.keys())].filter(([name]) => !TAKEN_NAMES.includes(name));
  const members = names.map(([name, type]) => {
    const member = memberText({ name, type: `CollectionClient<${type}Types>` });
    return `  /** The records of "${name}". */\n  ${member}\n`;
  });
  return `${GENERATED}
import type { BaseClient, ClientOptions as BaseOptions } from './runtime/client.js';
import type { CollectionClient } from './runtime/collection-client.js';
import type { BucketName, Collections${names.map(([, type]) => `, ${type}Types`).join('')} } from './schema.js';

export { AlyxError, isAlyxError } from './runtime/alyx-error.js';
export type { ErrorDetails, FieldProblem } from './runtime/alyx-error.js';
export type { AuthStatus, CurrentUser, Login, Session, Tokens, User } from './runtime/auth-types.js';
export type { CollectionClient } from './runtime/collection-client.js';
export type { ClientErrorCode, ErrorCode, ServerErrorCode } from './runtime/error-codes.js';
export type { BatchDeletion, ExpandedFile, FileObject, FilePage, FileQuery } from './runtime/file-types.js';
export { isExpanded } from './runtime/is-expanded.js';
export type { JsonObject, JsonValue } from './runtime/json.js';
export { memoryStore } from './runtime/key-value-store.js';
export type { KeyValueStore } from './runtime/key-value-store.js';
export type { RecordPage } from './runtime/record-types.js';
export type { UploadOptions, UploadProgress, UploadSource } from './runtime/upload-options.js';
export type { UploadState, UploadTask } from './runtime/upload-task.js';
export * from './schema.js';

${optionsType(url)}

export interface AlyxClient extends BaseClient<BucketName, Collections> {
${members.join('')}}

export declare function createClient(options${url === null ? '' : '?'}: ClientOptions): AlyxClient;
`;
}

function optionsType(url: string | null): string {
  if (url === null) return 'export type ClientOptions = BaseOptions;';
  return `export interface ClientOptions extends Omit<BaseOptions, 'url'> {
  /** The server's address; ${url} without it. */
  readonly url?: string | undefined;
}`;
}

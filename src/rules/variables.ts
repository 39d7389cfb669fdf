import type { Actor } from '../auth/actor.ts';
import type { Caller } from '../auth/caller.ts';
import type { JsonObject, JsonValue } from '../lib/json.ts';
import type { Field } from '../schema/schema.ts';
import { celValue } from './cel-value.ts';
import type { Members } from './rule-variables.ts';

/** What is known of a file; what is absent or null has no member. */
export interface FileFacts {
  readonly id?: string;
  readonly name?: string | null;
  readonly path?: string | null;
  readonly mimeType?: string | null;
  readonly size?: number | null;
  readonly bucket: string;
  readonly ownerId?: string | null;
  readonly metadata?: JsonObject | null;
  readonly createdAt?: number;
}

/** `auth`: an anonymous caller has no members at all. */
export function authVariables(actor: Actor): Members {
  if (actor.id === null) return () => undefined;
  return (name) => {
    switch (name) {
      case 'id':
        return present(actor.id);
      case 'email':
        return present(actor.email);
      case 'role':
        return present(actor.role);
      case 'verified':
        return actor.verified;
      case 'metadata':
        return celValue(actor.metadata);
      default:
        return undefined;
    }
  };
}

export function requestVariables({ method, ip, time }: Pick<Caller, 'method' | 'ip' | 'time'>): Members {
  return (name) => {
    switch (name) {
      case 'method':
        return method;
      case 'ip':
        return ip;
      case 'time':
        return new Date(time);
      default:
        return undefined;
    }
  };
}

export function fileVariables(file: FileFacts): Members {
  return (name) => {
    switch (name) {
      case 'id':
        return file.id;
      case 'name':
        return present(file.name);
      case 'path':
        return present(file.path);
      case 'mime_type':
        return present(file.mimeType);
      case 'size':
        return typeof file.size === 'number' ? BigInt(file.size) : undefined;
      case 'bucket':
        return file.bucket;
      case 'owner_id':
        return present(file.ownerId);
      case 'metadata':
        return file.metadata ? celValue(file.metadata) : undefined;
      case 'created_at':
        return file.createdAt === undefined ? undefined : new Date(file.createdAt);
      default:
        return undefined;
    }
  };
}

/** `doc` or `new_doc`: a record's fields. */
export function recordVariables(
  fields: ReadonlyMap<string, Field>,
  doc: Readonly<Record<string, JsonValue>>,
): Members {
  return (name) => {
    const field = fields.get(name);
    const value = Object.hasOwn(doc, name) ? doc[name] : undefined;
    if (field === undefined || value === undefined || value === null) return undefined;
    switch (field.type) {
      case 'timestamp':
        return typeof value === 'string' ? new Date(value) : undefined;
      case 'int':
      case 'relation':
        return typeof value === 'number' ? BigInt(value) : value;
      case 'float':
        return value;
      default:
        return celValue(value);
    }
  };
}

function present<Value>(value: Value | null | undefined): Value | undefined {
  return value ?? undefined;
}

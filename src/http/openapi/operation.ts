import type { z } from 'zod';
import type { ErrorCode } from '../../lib/errors.ts';
import type { JsonSchema } from './json-schema.ts';

/** Who may call: everybody, whom the rules let, whoever is logged in, or admins. */
export type Access = 'public' | 'rules' | 'user' | 'admin';

export interface HeaderDoc {
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
}

/** A body: JSON of a shape or of a schema that comes from schema.yaml, a form, or bytes of some media type. */
export type BodyDoc =
  | { readonly kind: 'json'; readonly shape: z.ZodType }
  | { readonly kind: 'schema'; readonly schema: JsonSchema }
  | { readonly kind: 'form'; readonly fields: Readonly<Record<string, string>> }
  | { readonly kind: 'bytes'; readonly mediaType: string };

export interface SuccessDoc {
  readonly status: number;
  readonly description: string;
  /** Absent = no body. */
  readonly body?: BodyDoc;
  /** Names of headers that this answer carries. */
  readonly headers?: readonly string[];
}

/** One route, as the document tells of it. `test/http/openapi.test.ts` holds the list against the routes there are. */
export interface Operation {
  readonly method: 'get' | 'head' | 'post' | 'put' | 'patch' | 'delete' | 'options';
  /** As the route is declared: `/api/files/:bucket/:id`. */
  readonly url: string;
  readonly tag: string;
  readonly summary: string;
  readonly access: Access;
  /** The very shape that validates the query string. */
  readonly query?: z.ZodType;
  readonly headers?: readonly HeaderDoc[];
  readonly body?: BodyDoc;
  readonly success: readonly SuccessDoc[];
  /** Beside those that every route of this access can answer with. */
  readonly errors?: readonly ErrorCode[];
  /** Codes that this route answers with under another status than the one they usually have. */
  readonly refusals?: Readonly<Record<number, readonly ErrorCode[]>>;
}

export type Json = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Json;
}

/** One operation of the server's own document. */
export interface Operation {
  readonly method: string;
  readonly template: string;
  readonly parameters: readonly Parameter[];
  /** By media type. */
  readonly bodies: Readonly<Record<string, { readonly schema?: Json }>>;
}

export interface FuzzRequest {
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

/** Of an address; Node's parser refuses longer heads by itself, without the envelope (CONTRACT section 4). */
export const LONGEST = 4_000;

export const nameOf = ({ method, template }: Operation): string => `${method.toUpperCase()} ${template}`;

export function operationsOf(paths: Readonly<Record<string, Readonly<Record<string, Json>>>>): Operation[] {
  return Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method,
      template,
      parameters: (operation['parameters'] ?? []) as readonly Parameter[],
      bodies: ((operation['requestBody'] as Json | undefined)?.['content'] ?? {}) as Operation['bodies'],
    })),
  );
}

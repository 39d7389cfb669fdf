import { z } from 'zod';
import type { JsonSchema } from './json-schema.ts';

const PREFIX = '#/components/schemas/';

/** The shapes that have a name in the document; every other one stands where it is used. */
export class Components {
  readonly #registry = z.registry<{ id: string }>();
  readonly #raw = new Map<string, JsonSchema>();

  /** Names a shape that answers are made of. */
  add(name: string, shape: z.ZodType): void {
    this.#registry.add(shape, { id: name });
  }

  /** Names a schema that comes from schema.yaml and not from a shape. */
  addSchema(name: string, schema: JsonSchema): void {
    this.#raw.set(name, schema);
  }

  /** What an answer holds. */
  output(shape: z.ZodType): JsonSchema {
    const name = this.#registry.get(shape)?.id;
    return name === undefined ? inline(shape, 'output') : reference(name);
  }

  /** What a client sends. */
  input(shape: z.ZodType): JsonSchema {
    return inline(shape, 'input');
  }

  toJson(): Record<string, JsonSchema> {
    const { schemas } = z.toJSONSchema(this.#registry, { uri: (id) => PREFIX + id, unrepresentable: 'any' });
    const shapes = Object.entries(schemas).map(([name, schema]) => [name, withoutIdentity({ ...schema })]);
    return {
      ...(Object.fromEntries(shapes) as Record<string, JsonSchema>),
      ...Object.fromEntries(this.#raw),
    };
  }
}

export function reference(name: string): JsonSchema {
  return { $ref: PREFIX + name };
}

function inline(shape: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const schema = { ...z.toJSONSchema(shape, { io, unrepresentable: 'any' }) };
  if ('$defs' in schema) throw new Error('a shape that refers to itself cannot stand in the document');
  return withoutIdentity(schema);
}

/** The document says once which JSON Schema it speaks, and its places are its names. */
function withoutIdentity(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$schema' && key !== '$id'));
}

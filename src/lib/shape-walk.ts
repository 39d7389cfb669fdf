import { z } from 'zod';

/** What stands below a zod shape: named keys, entries under free names, list items, or nothing (a scalar). */
export type ShapeContent =
  | { readonly kind: 'keys'; readonly keys: Readonly<Record<string, z.core.$ZodType>> }
  | { readonly kind: 'entries'; readonly entry: z.core.$ZodType }
  | { readonly kind: 'list'; readonly item: z.core.$ZodType }
  | { readonly kind: 'scalar' };

/**
 * Looks through defaults and transforms. A union of objects counts as the one that `value` names by its
 * discriminator, else as one object with the keys of all.
 */
export function contentOf(shape: z.core.$ZodType, value?: unknown): ShapeContent {
  if (shape instanceof z.ZodObject) return { kind: 'keys', keys: shape.shape };
  if (shape instanceof z.ZodRecord) return { kind: 'entries', entry: shape.valueType };
  if (shape instanceof z.ZodArray) return { kind: 'list', item: shape.element };
  if (shape instanceof z.ZodPrefault || shape instanceof z.ZodOptional)
    return contentOf(shape.unwrap(), value);
  if (shape instanceof z.ZodPipe)
    return contentOf(shape.in instanceof z.ZodTransform ? shape.out : shape.in, value);
  if (shape instanceof z.ZodDiscriminatedUnion)
    return { kind: 'keys', keys: keysOfAll(meantOptions(shape, value)) };
  return { kind: 'scalar' };
}

/** The shape at a path, or undefined where the path leaves the shape. */
export function shapeAt(
  shape: z.core.$ZodType,
  path: readonly (string | number)[],
): z.core.$ZodType | undefined {
  let current: z.core.$ZodType | undefined = shape;
  for (const key of path) {
    if (current === undefined) return undefined;
    current = childOf(contentOf(current), key);
  }
  return current;
}

function childOf(content: ShapeContent, key: string | number): z.core.$ZodType | undefined {
  if (content.kind === 'keys') return Object.hasOwn(content.keys, key) ? content.keys[key] : undefined;
  if (content.kind === 'entries') return content.entry;
  return content.kind === 'list' ? content.item : undefined;
}

function meantOptions({ def, options }: z.ZodDiscriminatedUnion, value: unknown): readonly z.core.$ZodType[] {
  const named = (value as Record<string, z.core.util.Primitive> | undefined)?.[def.discriminator];
  const meant = options.filter((option) => option._zod.propValues?.[def.discriminator]?.has(named));
  return meant.length > 0 ? meant : options;
}

function keysOfAll(options: readonly z.core.$ZodType[]): Record<string, z.core.$ZodType> {
  const keys: Record<string, z.core.$ZodType> = {};
  for (const option of options) {
    const content = contentOf(option);
    if (content.kind === 'keys') Object.assign(keys, content.keys);
  }
  return keys;
}

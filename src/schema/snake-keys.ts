import { z } from 'zod';
import { refuse } from '../lib/unit-shapes.ts';

/** `onDelete` and `on_delete` are the same key: a section of options whose keys may be written either way. */
export function eitherCase<Shape extends z.ZodType>(shape: Shape) {
  return z.preprocess((written, context) => {
    if (typeof written !== 'object' || written === null || Array.isArray(written)) return written;
    const options: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(written)) {
      const option = snakeCase(key);
      if (Object.hasOwn(options, option))
        return refuse(context, `has both ${option} and ${camelCase(option)}`);
      options[option] = value;
    }
    return options;
  }, shape);
}

export function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function camelCase(key: string): string {
  return key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

import { contentOf } from '../lib/shape-walk.ts';
import type { z } from 'zod';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigKey {
  readonly path: readonly string[];
  readonly kind: 'scalar' | 'list' | 'section';
}

/**
 * Every key of the shape by the name of the variable that overrides it: `server.port` by ALYX_SERVER_PORT. Free
 * names (backends) are taken from `value`. Two keys may share a variable's name, as backends `a-b` and `a_b` do.
 */
export function keysByVariable(shape: z.core.$ZodType, value: unknown): Map<string, ConfigKey[]> {
  const keys = new Map<string, ConfigKey[]>();
  for (const key of configKeys(shape, value, [])) {
    const name = variableName(key.path);
    keys.set(name, [...(keys.get(name) ?? []), key]);
  }
  return keys;
}

function variableName(path: readonly string[]): string {
  return ['alyx', ...path].join('_').replaceAll('-', '_').toUpperCase();
}

function* configKeys(shape: z.core.$ZodType, value: unknown, path: readonly string[]): Generator<ConfigKey> {
  const content = contentOf(shape);
  const kind = content.kind === 'scalar' || content.kind === 'list' ? content.kind : 'section';
  if (path.length > 0) yield { path, kind };
  if (content.kind === 'keys') {
    for (const [key, child] of Object.entries(content.keys))
      yield* configKeys(child, below(value, key), [...path, key]);
  }
  if (content.kind === 'entries') {
    for (const name of namesIn(value)) yield* configKeys(content.entry, below(value, name), [...path, name]);
  }
}

function namesIn(value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

function below(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

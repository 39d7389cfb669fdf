import { formatBytes, formatLimit } from '../parts/format.ts';

/** What a bucket, or a field on top of it, takes. */
export interface Limits {
  readonly maxSize: number;
  /** Media types and `type/*` ranges; null = every type. */
  readonly types: readonly string[] | null;
  /** Bytes that still fit into the bucket; null = no quota, or not known. */
  readonly room: number | null;
}

/** Why the server would refuse the file; null if nothing speaks against it. The type is the browser's guess. */
export function limitProblem(file: File, { maxSize, types, room }: Limits): string | null {
  if (file.size > maxSize) {
    return `${formatBytes(file.size)} is more than the ${formatLimit(maxSize)} that one file may have.`;
  }
  if (room !== null && file.size > room) {
    return `${formatBytes(file.size)} does not fit: the bucket has ${formatBytes(Math.max(0, room))} left.`;
  }
  if (file.type !== '' && !isTypeTaken(file.type, types)) {
    return `Looks like ${file.type}; taken are ${types?.join(', ') ?? 'all types'}.`;
  }
  return null;
}

/** Whether a type lies in one of the ranges; null = every type does. */
export function isTypeTaken(type: string, types: readonly string[] | null): boolean {
  const [plain = ''] = type.toLowerCase().split(';', 1);
  if (types === null) return true;
  return types.some(
    (range) =>
      range === '*/*' || range === plain || (range.endsWith('/*') && plain.startsWith(range.slice(0, -1))),
  );
}

/** The limits in a line. */
export function limitText({ maxSize, types }: Pick<Limits, 'maxSize' | 'types'>): string {
  const kinds = types === null ? 'any type' : types.join(', ');
  return `${kinds}, up to ${formatLimit(maxSize)} each`;
}

/** For a file input's `accept`: the same ranges. */
export function acceptAttribute(types: readonly string[] | null): string {
  return types === null || types.includes('*/*') ? '' : types.join(',');
}

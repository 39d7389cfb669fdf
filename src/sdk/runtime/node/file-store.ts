import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { KeyValueStore } from '../key-value-store.ts';

/** Keeps sessions and unfinished uploads in a JSON file that only its owner can read, for command-line programs. */
export function fileStore(path: string): KeyValueStore {
  const read = (): Record<string, string> => {
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ENOENT') return {};
      throw error;
    }
  };
  const write = (items: Record<string, string>): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.tmp`, JSON.stringify(items, null, 2), { mode: 0o600 });
    renameSync(`${path}.tmp`, path);
  };
  return {
    getItem: (key) => read()[key] ?? null,
    setItem: (key, value) => write({ ...read(), [key]: value }),
    removeItem: (key) => {
      const { [key]: removed, ...rest } = read();
      if (removed !== undefined) write(rest);
    },
  };
}

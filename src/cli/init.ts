import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findYamlFile } from '../config/find-config-file.ts';
import { STARTER_CONFIG, STARTER_SCHEMA } from './starter-files.ts';

export interface InitResult {
  /** The paths that were written. */
  readonly written: readonly string[];
  /** Those left alone, because something was there already. */
  readonly kept: readonly string[];
}

/** Writes a starter alyx.yml and schema.yaml into the folder, made if missing; overwrites nothing. */
export function init(folder: string): InitResult {
  mkdirSync(folder, { recursive: true });
  const written: string[] = [];
  const kept: string[] = [];
  for (const [name, text] of [
    ['alyx.yml', STARTER_CONFIG],
    ['schema.yaml', STARTER_SCHEMA],
  ] as const) {
    const path = join(folder, name);
    const existing = findYamlFile(path);
    if (existing !== null || !writeNew(path, text)) kept.push(existing ?? path);
    else written.push(path);
  }
  return { written, kept };
}

/** False if the path is taken, be it by a dangling link. */
function writeNew(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

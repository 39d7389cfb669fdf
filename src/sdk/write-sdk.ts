import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OperatorError } from '../lib/errors.ts';
import { PACKAGE_NAME } from './package-json.ts';

/** Writes the SDK into a folder of its own, in place of an earlier one; throws OperatorError where it would overwrite anything else. */
export function writeSdk(folder: string, files: ReadonlyMap<string, string>): void {
  const foreign = isSdk(folder)
    ? undefined
    : [...files.keys()].find((path) => existsSync(join(folder, path)));
  if (foreign !== undefined) {
    throw new OperatorError(
      `${join(folder, foreign)} is there and no part of an SDK; choose another folder with --out`,
    );
  }
  rmSync(join(folder, 'runtime'), { recursive: true, force: true });
  for (const [path, text] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

function isSdk(folder: string): boolean {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: unknown };
    return manifest.name === PACKAGE_NAME;
  } catch {
    return false;
  }
}

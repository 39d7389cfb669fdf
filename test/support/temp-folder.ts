import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A fresh folder, gone when the test run's `using`/`remove` says so. */
export interface TempFolder {
  readonly path: string;
  readonly remove: () => void;
}

export function makeTempFolder(): TempFolder {
  const path = mkdtempSync(join(tmpdir(), 'alyx-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The folder's alyx.yml, else its alyx.yaml, else null. */
export function findConfigFile(folder: string): string | null {
  return findYamlFile(join(folder, 'alyx.yml'));
}

/** The file itself, else the same name with YAML's other ending, else null. */
export function findYamlFile(file: string): string | null {
  const other = file.endsWith('.yaml') ? file.replace(/yaml$/, 'yml') : file.replace(/yml$/, 'yaml');
  return [file, other].find((candidate) => existsSync(candidate)) ?? null;
}

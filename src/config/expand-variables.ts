import type { Problem } from '../lib/problem.ts';
import type { Locate } from '../lib/shape-problems.ts';
import type { YamlPath } from '../lib/yaml-tree.ts';
import type { Environment } from './environment.ts';

const REFERENCE = /\$\$\{|\$\{([^}]*)(\}?)/g;
const NAME_AND_FALLBACK = /^([A-Za-z_]\w*)(?::-(.*))?$/s;

export interface Expansion {
  readonly text: string;
  readonly problems: readonly Problem[];
  /** The variables the text names, set or not. */
  readonly names: readonly string[];
}

/**
 * `${VAR}`, `${VAR:-fallback}` (also where VAR is empty, as in a shell) and `$${`, which stays as `${`. Works on one
 * scalar of the parsed file, so that no variable can add keys to it. Messages hold names, never values.
 */
export function expandVariables(text: string, env: Environment, path: YamlPath, locate: Locate): Expansion {
  const problems: Problem[] = [];
  const names: string[] = [];

  const refuse = (offset: number, message: string, hint: string) => {
    const place = locate(path, 'value');
    problems.push({ path: place.path, at: { ...place.at, column: place.at.column + offset }, message, hint });
    return '';
  };
  const expand = (whole: string, inner: string | undefined, end: string | undefined, offset: number) => {
    if (inner === undefined) return '${';
    const [, name, fallback] = NAME_AND_FALLBACK.exec(inner) ?? [];
    if (name === undefined || end === '') {
      return refuse(
        offset,
        'holds a malformed variable',
        'write ${NAME} or ${NAME:-fallback}, and $${ for a plain "${"',
      );
    }
    names.push(name);
    const value = env[name];
    if (fallback !== undefined) return value === undefined || value === '' ? fallback : value;
    return (
      value ?? refuse(offset, `uses ${whole}, which is not set`, `set it, or write \${${name}:-fallback}`)
    );
  };

  return { text: text.replaceAll(REFERENCE, expand), problems, names };
}

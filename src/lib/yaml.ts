import { YAMLException, parseEvents, type Event } from 'js-yaml';
import { ConfigError, type Problem, type SourcePosition } from './problem.ts';
import { YamlTree, type PositionAt, type YamlPath } from './yaml-tree.ts';

export interface YamlDocument {
  /** Plain objects, lists and scalars. A key with an empty value is `undefined`: present, yet as good as absent. */
  readonly value: unknown;
  /**
   * Where a key's name or its value starts; for a scalar the first character of its text, inside any quotes.
   * A path that the text does not hold yields its nearest ancestor.
   */
  positionOf(path: YamlPath, part: 'key' | 'value'): SourcePosition;
}

/**
 * Parses one YAML 1.2 document of text keys, without aliases and tags, so that no text can grow beyond itself.
 * Throws ConfigError.
 */
export function parseYaml(text: string, file: string): YamlDocument {
  const { document, problems } = readYaml(text, file);
  if (problems.length > 0) throw new ConfigError(problems);
  return document;
}

/**
 * As `parseYaml`, but hands over the problems that leave a document to look for others in: keys that are given twice, of
 * which the last counts, or both where they are sections.
 */
export function readYaml(
  text: string,
  file: string,
): { readonly document: YamlDocument; readonly problems: readonly Problem[] } {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const position = positionsIn(source, file);
  const tree = new YamlTree(source, position);
  for (const event of readEvents(source, position)) tree.add(event);
  if (!tree.isUsable) throw new ConfigError(tree.problems);

  const root = tree.root;
  const document: YamlDocument = {
    value: root?.value,
    positionOf(path, part) {
      let node = root;
      for (const key of path) {
        const child = node?.children.get(key);
        if (child === undefined) return position(node?.keyStart ?? 0);
        node = child;
      }
      return position((part === 'key' ? node?.keyStart : node?.valueStart) ?? 0);
    },
  };
  return { document, problems: tree.problems };
}

/** Turns offsets into lines and columns, both counted from 1. */
function positionsIn(source: string, file: string): PositionAt {
  const lineStarts = [0];
  for (const { index, 0: lineBreak } of source.matchAll(/\r\n|\n|\r/g)) {
    lineStarts.push(index + lineBreak.length);
  }
  return (offset) => {
    const line = lineStarts.findLastIndex((start) => start <= offset);
    return { file, line: line + 1, column: offset - (lineStarts[line] ?? 0) + 1 };
  };
}

function readEvents(source: string, position: PositionAt): Event[] {
  try {
    return parseEvents(source, {});
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const at = position(error.mark?.position ?? 0);
    throw new ConfigError([{ at, path: '', message: `is not valid YAML: ${error.reason}` }]);
  }
}

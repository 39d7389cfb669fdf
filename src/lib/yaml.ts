import {
  CORE_SCHEMA,
  EVENT_ID,
  SCALAR_STYLE,
  YAMLException,
  constructFromEvents,
  getScalarValue,
  parseEvents,
  type Event,
  type MappingEvent,
  type ScalarEvent,
  type SequenceEvent,
} from 'js-yaml';
import { ConfigError, type Problem, type SourcePosition } from './problem.ts';

export type YamlPath = readonly (string | number)[];

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
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const position = positionsIn(source, file);
  const tree = new TreeBuilder(source, position);
  for (const event of readEvents(source, position)) tree.add(event);
  if (tree.problems.length > 0) throw new ConfigError(tree.problems);

  const root = tree.root;
  return {
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
}

type PositionAt = (offset: number) => SourcePosition;

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

interface Node {
  readonly keyStart: number;
  readonly valueStart: number;
  readonly value: unknown;
  readonly children: Map<string | number, Node>;
}

/** A mapping or sequence that is still being filled. */
interface Frame {
  readonly node: Node;
  /** The key whose value comes next; always null in a sequence. */
  key: { readonly name: string; readonly start: number } | null;
}

class TreeBuilder {
  root: Node | undefined;
  readonly problems: Problem[] = [];
  readonly #source: string;
  readonly #position: PositionAt;
  readonly #open: Frame[] = [];
  #documents = 0;

  constructor(source: string, position: PositionAt) {
    this.#source = source;
    this.#position = position;
  }

  add(event: Event): void {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        this.#documents += 1;
        return;
      case EVENT_ID.MAPPING: {
        this.#openCollection(event, {});
        return;
      }
      case EVENT_ID.SEQUENCE: {
        this.#openCollection(event, []);
        return;
      }
      case EVENT_ID.POP:
        this.#open.pop();
        return;
      case EVENT_ID.ALIAS:
        this.#refuse(event.anchorStart - 1, 'is an alias, which is not supported', 'write the value out');
        {
          this.#addScalar('*', event.anchorStart - 1);
          return;
        }
      case EVENT_ID.SCALAR: {
        this.#addScalar(this.#valueOf(event), this.#textStart(event));
        return;
      }
    }
  }

  #openCollection(event: MappingEvent | SequenceEvent, value: object): void {
    this.#refuseTag(event.tagStart);
    if (this.#expectsKey()) {
      this.#refuse(event.start, 'keys must be text');
      throw new ConfigError(this.problems);
    }
    const node = this.#attach(value, event.start);
    this.#open.push({ node, key: null });
  }

  #addScalar(value: unknown, start: number): void {
    const frame = this.#open.at(-1);
    if (frame === undefined || !this.#expectsKey()) {
      this.#attach(value, start);
      return;
    }
    const name = String(value);
    if (typeof value !== 'string') this.#refuse(start, 'keys must be text', `write "${name}"`);
    else if (name === '__proto__') this.#refuse(start, 'is not a usable key');
    else if (frame.node.children.has(name)) this.#refuse(start, `the key "${name}" is given twice`);
    frame.key = { name, start };
  }

  #expectsKey(): boolean {
    const frame = this.#open.at(-1);
    return frame !== undefined && frame.key === null && !Array.isArray(frame.node.value);
  }

  #attach(value: unknown, start: number): Node {
    const frame = this.#open.at(-1);
    const keyStart = frame?.key?.start ?? (start < 0 ? (frame?.node.valueStart ?? 0) : start);
    const node: Node = { keyStart, valueStart: start < 0 ? keyStart : start, value, children: new Map() };
    if (frame === undefined) {
      if (this.#documents > 1) this.#refuse(start, 'a second document is not supported', 'remove the "---"');
      this.root ??= node;
    } else if (Array.isArray(frame.node.value)) {
      frame.node.children.set(frame.node.value.length, node);
      frame.node.value.push(value);
    } else if (frame.key !== null) {
      frame.node.children.set(frame.key.name, node);
      Object.assign(frame.node.value as object, { [frame.key.name]: value ?? undefined });
      frame.key = null;
    }
    return node;
  }

  #valueOf(event: ScalarEvent): unknown {
    this.#refuseTag(event.tagStart);
    if (event.style !== SCALAR_STYLE.PLAIN || event.tagStart >= 0) return getScalarValue(this.#source, event);
    const document: Event = {
      type: EVENT_ID.DOCUMENT,
      explicitStart: false,
      explicitEnd: false,
      directives: [],
    };
    const events = [document, event, { type: EVENT_ID.POP }];
    return constructFromEvents(events, { source: this.#source, schema: CORE_SCHEMA })[0];
  }

  /** A block scalar starts at its first line's indentation. */
  #textStart({ style, valueStart, indent }: ScalarEvent): number {
    const isBlock = style === SCALAR_STYLE.LITERAL_BLOCK || style === SCALAR_STYLE.FOLDED_BLOCK;
    return isBlock ? valueStart + Math.max(indent, 0) : valueStart;
  }

  #refuseTag(start: number): void {
    if (start >= 0) this.#refuse(start, 'is a tag, which is not supported', 'put text in quotes');
  }

  #refuse(offset: number, message: string, hint?: string): void {
    const at = this.#position(Math.max(offset, 0));
    this.problems.push({ at, path: this.#path(), message, ...(hint !== undefined && { hint }) });
  }

  #path(): string {
    const keys = this.#open.map(
      ({ node, key }) => key?.name ?? (Array.isArray(node.value) ? node.children.size : ''),
    );
    return keys.filter((key) => key !== '').join('.');
  }
}

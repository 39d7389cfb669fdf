import {
  CORE_SCHEMA,
  EVENT_ID,
  SCALAR_STYLE,
  constructFromEvents,
  getScalarValue,
  type Event,
  type MappingEvent,
  type ScalarEvent,
  type SequenceEvent,
} from 'js-yaml';
import { ConfigError, type Problem, type SourcePosition } from './problem.ts';

export type YamlPath = readonly (string | number)[];
export type PositionAt = (offset: number) => SourcePosition;

/** A value and the offsets at which its key and its text start. */
export interface YamlNode {
  readonly keyStart: number;
  readonly valueStart: number;
  readonly value: unknown;
  readonly children: Map<string | number, YamlNode>;
}

/** A mapping or sequence that is still being filled. */
interface Frame {
  readonly node: YamlNode;
  readonly path: YamlPath;
  /** The key whose value comes next; always null in a sequence. */
  key: { readonly name: string; readonly start: number } | null;
}

/** Builds values from parser events and remembers their places; collects what is refused. */
export class YamlTree {
  root: YamlNode | undefined;
  readonly problems: Problem[] = [];
  readonly #source: string;
  readonly #position: PositionAt;
  readonly #open: Frame[] = [];
  #documents = 0;
  #duplicates = 0;

  constructor(source: string, position: PositionAt) {
    this.#source = source;
    this.#position = position;
  }

  /** Whether values and places mean something in spite of the problems: a key that is given twice takes nothing from the rest. */
  get isUsable(): boolean {
    return this.problems.length === this.#duplicates;
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
    const path = this.#here();
    const node = this.#sectionBefore(value) ?? this.#attach(value, event.start);
    this.#open.push({ node, path, key: null });
  }

  /** The section that the same key had before: what both hold is looked at, or names in the first would seem unknown. */
  #sectionBefore(value: object): YamlNode | undefined {
    const frame = this.#open.at(-1);
    if (frame?.key == null || Array.isArray(value)) return undefined;
    const before = frame.node.children.get(frame.key.name);
    if (typeof before?.value !== 'object' || before.value === null || Array.isArray(before.value))
      return undefined;
    frame.key = null;
    return before;
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
    else if (frame.node.children.has(name)) {
      this.#duplicates += 1;
      this.#refuse(start, `the key "${name}" is given twice`);
    }
    frame.key = { name, start };
  }

  #expectsKey(): boolean {
    const frame = this.#open.at(-1);
    return frame !== undefined && frame.key === null && !Array.isArray(frame.node.value);
  }

  #attach(value: unknown, start: number): YamlNode {
    const frame = this.#open.at(-1);
    const keyStart = frame?.key?.start ?? (start < 0 ? (frame?.node.valueStart ?? 0) : start);
    const node: YamlNode = { keyStart, valueStart: start < 0 ? keyStart : start, value, children: new Map() };
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
    this.problems.push({ at, path: this.#here().join('.'), message, ...(hint !== undefined && { hint }) });
  }

  /** The path of the key or item that is being read. */
  #here(): YamlPath {
    const frame = this.#open.at(-1);
    if (frame === undefined) return [];
    const key = Array.isArray(frame.node.value) ? frame.node.children.size : frame.key?.name;
    return key === undefined ? frame.path : [...frame.path, key];
  }
}

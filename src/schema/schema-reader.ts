import type { z } from 'zod';
import type { Problem, SourcePosition } from '../lib/problem.ts';
import { shapeProblems, type Locate } from '../lib/shape-problems.ts';
import type { YamlPath } from '../lib/yaml-tree.ts';
import type { YamlDocument } from '../lib/yaml.ts';
import { name as nameShape } from './names.ts';
import { entriesShape } from './shape.ts';
import { camelCase } from './snake-keys.ts';

/** A part of schema.yaml and the path that leads to it. */
export interface Part {
  readonly value: unknown;
  readonly path: YamlPath;
}

/** Reads schema.yaml part by part and gathers what is wrong with it. */
export class SchemaReader {
  readonly problems: Problem[] = [];
  readonly #document: YamlDocument;

  constructor(document: YamlDocument) {
    this.#document = document;
  }

  get value(): unknown {
    return this.#document.value;
  }

  /** The part as its shape understands it, or undefined once its mistakes are noted. */
  read<Shape extends z.ZodType>(shape: Shape, { value, path }: Part): z.output<Shape> | undefined {
    const parsed = shape.safeParse(value, { reportInput: true });
    if (parsed.success) return parsed.data;
    const locate: Locate = (inner, part) => this.#locate([...path, ...inner], part);
    this.problems.push(...shapeProblems(parsed.error.issues, shape, locate));
    return undefined;
  }

  /** The named parts of a section; those with a bad name are noted and read all the same. */
  entries(section: Part): [name: string, part: Part][] {
    const entries = Object.entries(this.read(entriesShape, section) ?? {});
    return entries.map(([name, value]) => {
      const path = [...section.path, name];
      const checked = nameShape.safeParse(name);
      if (!checked.success) this.report(path, checked.error.issues[0]?.message ?? '', undefined, 'key');
      return [name, { value, path }];
    });
  }

  report(path: YamlPath, message: string, hint?: string, part: 'key' | 'value' = 'value'): void {
    this.problems.push({ ...this.#locate(path, part), message, ...(hint !== undefined && { hint }) });
  }

  positionOf(path: YamlPath, part: 'key' | 'value'): SourcePosition {
    return this.#locate(path, part).at;
  }

  readonly #locate: Locate = (path, part) => {
    const written = this.#asWritten(path);
    return { at: this.#document.positionOf(written, part), path: written.join('.') };
  };

  /** Options may be written in either case; an operator should find the one they wrote. */
  #asWritten(path: YamlPath): YamlPath {
    let value = this.#document.value;
    return path.map((key) => {
      const section = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
      const other = camelCase(String(key));
      const written = !Object.hasOwn(section, key) && Object.hasOwn(section, other) ? other : key;
      value = section[written];
      return written;
    });
  }
}

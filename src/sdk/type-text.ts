import type { JsonValue } from '../lib/json.ts';

/** A member of an interface. */
export interface Member {
  /** `[field: string]` for all that have no name. */
  readonly name: string;
  readonly type: string;
  /** May be left out, or be undefined, which comes to the same in JSON. */
  readonly optional?: boolean;
  readonly doc?: string | undefined;
}

export function interfaceText(name: string, members: readonly Member[], doc: string): string {
  const lines = members.flatMap((member) => [...docLines(member.doc), memberText(member)]);
  return [`/** ${doc} */`, `export interface ${name} {`, ...lines.map((line) => `  ${line}`), '}'].join('\n');
}

export function memberText({ name, type, optional = false }: Member): string {
  const typeText = optional ? `${type} | undefined` : type;
  return `readonly ${propertyName(name)}${optional ? '?' : ''}: ${typeText};`;
}

/** `never` for none, so that a schema without them still gives types that compile. */
export function unionText(types: readonly string[]): string {
  return types.length === 0 ? 'never' : types.join(' | ');
}

/** As TypeScript and JavaScript read it. */
export function literal(value: JsonValue): string {
  return typeof value === 'string' ? quoted(value) : JSON.stringify(value);
}

export function propertyName(name: string): string {
  return /^(?:[A-Za-z_]\w*|\[.*\])$/.test(name) ? name : quoted(name);
}

function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}

function docLines(doc: string | undefined): string[] {
  return doc === undefined ? [] : [`/** ${doc} */`];
}

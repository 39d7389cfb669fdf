import type { Problem } from './problem.ts';

export interface RenderOptions {
  readonly color: boolean;
}

/**
 * Every problem as `file:line:column path message`, its source line with a caret, and its hint.
 * `sources` maps a file's name to its text; a problem of another file is shown without a line.
 */
export function renderProblems(
  problems: readonly Problem[],
  sources: ReadonlyMap<string, string>,
  { color }: RenderOptions,
): string {
  const paint = color ? ansi : plain;
  return problems.map((problem) => render(problem, sources.get(problem.at.file), paint)).join('\n');
}

type Paint = (style: 'bold' | 'red' | 'cyan', text: string) => string;

const ANSI = { bold: 1, red: 31, cyan: 36 } as const;
const ansi: Paint = (style, text) => `\u001B[${ANSI[style]}m${text}\u001B[0m`;
const plain: Paint = (_style, text) => text;

function render({ at, path, message, hint }: Problem, source: string | undefined, paint: Paint): string {
  const place = paint('bold', `${at.file}:${at.line}:${at.column}`);
  const lines = [[place, path, paint('red', message)].filter((part) => part !== '').join(' ')];
  const line = source === undefined ? undefined : sourceLine(source, at.line);
  if (line !== undefined) {
    const margin = `  ${at.line} | `;
    lines.push(
      `${margin}${line}`,
      `${' '.repeat(margin.length)}${indentTo(line, at.column)}${paint('red', '^')}`,
    );
  }
  if (hint !== undefined) lines.push(`  ${paint('cyan', 'hint:')} ${hint}`);
  return `${lines.join('\n')}\n`;
}

function sourceLine(source: string, line: number): string | undefined {
  const text = source.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)[line - 1];
  return text === undefined ? undefined : maskSecrets(text).replaceAll(/(?!\t)\p{Cc}/gu, '\uFFFD');
}

const SECRET = /(\w*(?:secr|_key)\w*["']?\s*:\s*)("[^"]*"?|'[^']*'?|[^\s,}#][^,}#]*)/g;

/** A terminal's history and a log outlive the mistake, so a secret is shown as stars, of the same width for the caret. */
function maskSecrets(line: string): string {
  return line.replaceAll(SECRET, (_, key: string, value: string) => key + '*'.repeat(value.length));
}

/** Tabs stay tabs, so that the caret stands under its character. */
function indentTo(line: string, column: number): string {
  return line.slice(0, column - 1).replaceAll(/[^\t]/g, ' ');
}

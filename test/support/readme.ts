import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export const README = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8');

/** What stands below a heading, up to the next one of its rank. */
export function section(heading: string): string {
  const [rank = ''] = heading.split(' ');
  const start = README.indexOf(`\n${heading}\n`);
  if (start === -1) throw new Error(`the README has no "${heading}"`);
  const text = README.slice(start + heading.length + 1);
  const end = text.search(new RegExp(`^#{2,${rank.length}} `, 'm'));
  return end === -1 ? text : text.slice(0, end);
}

/** The rows of all tables in the text, cell by cell, without their heads. */
export function tableRows(text: string): string[][] {
  const lines = text.split('\n');
  const isRow = (line: string | undefined) => line?.startsWith('|') === true;
  const isRule = (line: string | undefined) => /^\|[-| ]+$/.test(line ?? '');
  return lines
    .filter((line, index) => isRow(line) && !isRule(line) && !isRule(lines[index + 1]))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

/** What a cell has in code type. */
export function codes(cell: string | undefined): string[] {
  return [...(cell ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}

/** The fenced blocks of a language. */
export function blocks(language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms');
  return [...README.matchAll(fence)].map((match) => match[1] ?? '');
}

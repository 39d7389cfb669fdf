import { styleText } from 'node:util';
import type { Terminal } from './command.ts';

/** Styles text for a terminal that shows colours; elsewhere (a pipe, NO_COLOR) it stays plain. */
export function paint(
  stream: Terminal['stdout'],
  style: Parameters<typeof styleText>[0],
  text: string,
): string {
  return styleText(style, text, { stream, validateStream: true });
}

export function showsColor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY && !env['NO_COLOR'];
}

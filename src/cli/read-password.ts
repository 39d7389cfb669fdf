import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { OperatorError } from '../lib/errors.ts';
import type { Terminal } from './command.ts';

/** Asks for a new password, twice and without showing it; where nobody types, it is the first line of standard input. */
export async function readPassword(terminal: Terminal): Promise<string> {
  const [first, second] = await readLines(terminal, ['Password: ', 'Again: ']);
  if (first === undefined || first === '') throw new OperatorError('no password was given');
  if (terminal.stdin.isTTY && first !== second) {
    throw new OperatorError('the two passwords are not the same; nothing was created');
  }
  return first;
}

async function readLines(terminal: Terminal, prompts: readonly string[]): Promise<string[]> {
  const { isTTY } = terminal.stdin;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: terminal.stdin, output: nowhere, terminal: isTTY });
  lines.on('SIGINT', () => lines.close());
  const typed = lines[Symbol.asyncIterator]();
  const answers: string[] = [];
  try {
    for (const prompt of isTTY ? prompts : prompts.slice(0, 1)) {
      if (isTTY) terminal.stderr.write(prompt);
      const line = await typed.next();
      if (isTTY) terminal.stderr.write('\n');
      if (line.done === true) break;
      answers.push(line.value);
    }
    return answers;
  } finally {
    lines.close();
  }
}

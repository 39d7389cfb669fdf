import { resolve } from 'node:path';
import { OperatorError } from '../lib/errors.ts';
import { EXIT, parseOptions, type Command } from './command.ts';
import { init, type InitResult } from './init.ts';
import { ownCommand } from './own-command.ts';

export const initCommand: Command = {
  usage: '[dir]',
  summary: 'write a starter alyx.yml and schema.yaml',
  run(args, terminal) {
    const [folder = '.'] = parseOptions(args, {}, ['dir']).positionals;
    const { written, kept } = attempt(folder);
    for (const path of written) terminal.stdout.write(`wrote ${path}\n`);
    for (const path of kept) terminal.stdout.write(`kept ${path}, which was there already\n`);
    const where = folder === '.' ? '' : `cd ${folder} && `;
    const alyx = ownCommand(resolve(terminal.cwd(), folder), terminal);
    terminal.stdout.write(`\nStart the server with: ${where}${alyx} serve\n`);
    return EXIT.ok;
  },
};

function attempt(folder: string): InitResult {
  try {
    return init(folder);
  } catch (error) {
    throw new OperatorError(`cannot write to ${folder}: ${(error as Error).message}`, { cause: error });
  }
}

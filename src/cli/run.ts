import { AppError, OperatorError } from '../lib/errors.ts';
import { adminCreateCommand } from './admin-create.ts';
import { backupCommand } from './backup.ts';
import { checkCommand } from './check-command.ts';
import { EXIT, UsageError, type Command, type Terminal } from './command.ts';
import { generateSdkCommand } from './generate-sdk.ts';
import { initCommand } from './init-command.ts';
import { ProblemsError } from './project.ts';
import { serveCommand } from './serve.ts';
import { storageCheckCommand } from './storage-check.ts';
import { storageMigrateCommand } from './storage-migrate.ts';
import { storageTestCommand } from './storage-test.ts';
import { storageUsageCommand } from './storage-usage.ts';
import { tokenCreateCommand } from './token-create.ts';
import { VERSION } from '../lib/version.ts';

const COMMANDS: readonly Command[] = [
  serveCommand,
  checkCommand,
  initCommand,
  adminCreateCommand,
  generateSdkCommand,
  tokenCreateCommand,
  backupCommand,
  storageUsageCommand,
  storageCheckCommand,
  storageMigrateCommand,
  storageTestCommand,
];

/** Runs `alyx <command> …`; resolves to the exit code: 0 fine, 1 the user can mend it, 2 wrong usage. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [first] = argv;
  if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
    terminal.stdout.write(help());
    return first === undefined ? EXIT.usage : EXIT.ok;
  }
  if (first === '--version' || first === '-v') {
    terminal.stdout.write(`alyx ${VERSION}\n`);
    return EXIT.ok;
  }
  const command = findCommand(argv);
  if (command === undefined) return wrongUsage(terminal, `there is no command "${argv.join(' ')}"`);
  const args = argv.slice(command.name.split(' ').length);
  if (args.includes('--help') || args.includes('-h')) {
    terminal.stdout.write(`${command.summary}\n\nusage: ${usageOf(command)}\n`);
    return EXIT.ok;
  }
  try {
    return await command.run(args, terminal);
  } catch (error) {
    return report(error, command, terminal);
  }
}

function findCommand(argv: readonly string[]): Command | undefined {
  return COMMANDS.find(({ name }) => name.split(' ').every((word, index) => argv[index] === word));
}

function report(error: unknown, command: Command, terminal: Terminal): number {
  if (error instanceof UsageError) return wrongUsage(terminal, error.message, usageOf(command));
  if (error instanceof ProblemsError) {
    terminal.stderr.write(error.message);
    return EXIT.failed;
  }
  if (!(error instanceof OperatorError || error instanceof AppError)) throw error;
  terminal.stderr.write(`alyx: ${error.message}\n`);
  return EXIT.failed;
}

function wrongUsage(terminal: Terminal, message: string, usage?: string): number {
  terminal.stderr.write(`alyx: ${message}\n${usage === undefined ? help() : `usage: ${usage}\n`}`);
  return EXIT.usage;
}

function usageOf({ name, usage }: Command): string {
  return `alyx ${name} ${usage}`.trimEnd();
}

function help(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  alyx ${name.padEnd(width)}  ${summary}`);
  return `usage: alyx <command> [options]\n\n${lines.join('\n')}\n\n"alyx <command> --help" tells its options.\n`;
}

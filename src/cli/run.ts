import { AppError, OperatorError } from '../lib/errors.ts';
import { EXIT, UsageError, type Command, type Terminal } from './command.ts';
import { ProblemsError } from './project.ts';
import { VERSION } from '../lib/version.ts';

/** Each command's code is loaded when it is asked for: a server carries no SDK generator with it. */
const COMMANDS = {
  serve: async () => (await import('./serve.ts')).serveCommand,
  check: async () => (await import('./check-command.ts')).checkCommand,
  init: async () => (await import('./init-command.ts')).initCommand,
  'admin create': async () => (await import('./admin-create.ts')).adminCreateCommand,
  'generate sdk': async () => (await import('./generate-sdk.ts')).generateSdkCommand,
  'token create': async () => (await import('./token-create.ts')).tokenCreateCommand,
  backup: async () => (await import('./backup.ts')).backupCommand,
  'storage usage': async () => (await import('./storage-usage.ts')).storageUsageCommand,
  'storage check': async () => (await import('./storage-check.ts')).storageCheckCommand,
  'storage migrate': async () => (await import('./storage-migrate.ts')).storageMigrateCommand,
  'storage test': async () => (await import('./storage-test.ts')).storageTestCommand,
} satisfies Record<string, () => Promise<Command>>;

type CommandName = keyof typeof COMMANDS;
const NAMES = Object.keys(COMMANDS) as CommandName[];

/** Runs `alyx <command> …`; resolves to the exit code: 0 fine, 1 the user can mend it, 2 wrong usage. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [first] = argv;
  if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
    terminal.stdout.write(await help());
    return first === undefined ? EXIT.usage : EXIT.ok;
  }
  if (first === '--version' || first === '-v') {
    terminal.stdout.write(`alyx ${VERSION}\n`);
    return EXIT.ok;
  }
  const name = findCommand(argv);
  if (name === undefined)
    return wrongUsage(terminal, `there is no command "${argv.join(' ')}"`, await help());
  const command = await COMMANDS[name]();
  const usage = `usage: ${usageOf(name, command)}\n`;
  const args = argv.slice(name.split(' ').length);
  if (args.includes('--help') || args.includes('-h')) {
    terminal.stdout.write(`${command.summary}\n\n${usage}`);
    return EXIT.ok;
  }
  try {
    return await command.run(args, terminal);
  } catch (error) {
    return report(error, usage, terminal);
  }
}

function findCommand(argv: readonly string[]): CommandName | undefined {
  return NAMES.find((name) => name.split(' ').every((word, index) => argv[index] === word));
}

function report(error: unknown, usage: string, terminal: Terminal): number {
  if (error instanceof UsageError) return wrongUsage(terminal, error.message, usage);
  if (error instanceof ProblemsError) {
    terminal.stderr.write(error.message);
    return EXIT.failed;
  }
  if (!(error instanceof OperatorError || error instanceof AppError)) throw error;
  terminal.stderr.write(`alyx: ${error.message}\n`);
  return EXIT.failed;
}

function wrongUsage(terminal: Terminal, message: string, usage: string): number {
  terminal.stderr.write(`alyx: ${message}\n${usage}`);
  return EXIT.usage;
}

function usageOf(name: CommandName, { usage }: Command): string {
  return `alyx ${name} ${usage}`.trimEnd();
}

async function help(): Promise<string> {
  const width = Math.max(...NAMES.map((name) => name.length));
  const toLine = async (name: CommandName) =>
    `  alyx ${name.padEnd(width)}  ${(await COMMANDS[name]()).summary}`;
  const lines = await Promise.all(NAMES.map(toLine));
  return `usage: alyx <command> [options]\n\n${lines.join('\n')}\n\n"alyx <command> --help" tells its options.\n`;
}

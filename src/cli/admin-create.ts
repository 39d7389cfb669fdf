import { newUser } from '../accounts/new-user.ts';
import { Passwords } from '../accounts/passwords.ts';
import { UsersRepository } from '../accounts/users-repository.ts';
import { Database } from '../db/database.ts';
import { systemClock } from '../lib/clock.ts';
import { AppError, OperatorError } from '../lib/errors.ts';
import { newUuid } from '../lib/ids.ts';
import { EXIT, FILE_OPTIONS, parseOptions, UsageError, type Command } from './command.ts';
import { loadConfigFile, requireProject } from './project.ts';
import { readPassword } from './read-password.ts';

/** Works beside a running server: SQLite lets both in, and the set-up link of the banner ends with the first admin. */
export const adminCreateCommand: Command = {
  usage: '--email ADDRESS [--password PASSWORD] [--config alyx.yml]',
  summary: 'create an admin; asks for the password, or reads it from standard input',
  async run(args, terminal) {
    const { values } = parseOptions(args, {
      config: FILE_OPTIONS.config,
      email: { type: 'string' },
      password: { type: 'string' },
    });
    const { email } = values;
    if (email === undefined || email === '') throw new UsageError('--email is missing');
    const { database: settings, storage, auth } = loadConfigFile(values.config, terminal);
    requireProject(values.config, terminal, { what: 'database', path: settings.path });
    const password = values.password ?? (await readPassword(terminal));
    const passwords = new Passwords(auth.password.minLength);
    const database = new Database({ path: settings.path, durable: storage.durable });
    try {
      const context = { passwords, clock: systemClock, newId: newUuid };
      const admin = await newUser(context, { email, password }, { role: 'admin', verified: true });
      await new UsersRepository(database).create(admin);
      terminal.stdout.write(`${admin.user.email} is an admin now.\n`);
      return EXIT.ok;
    } catch (error) {
      throw error instanceof AppError ? new OperatorError(error.message, { cause: error }) : error;
    } finally {
      database.close();
    }
  },
};

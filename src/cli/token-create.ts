import { resolveSecret, secretPath } from '../auth/secret.ts';
import { createTokens } from '../auth/tokens.ts';
import { parseDuration } from '../lib/duration.ts';
import { EXIT, FILE_OPTIONS, parseOptions, UsageError, type Command } from './command.ts';
import { loadConfigFile, requireProject } from './project.ts';

export const tokenCreateCommand: Command = {
  usage: '--user ID [--role R] [--ttl 1h] [--config alyx.yml]',
  summary: 'print a signed access token, for scripts',
  run(args, terminal) {
    const { values } = parseOptions(args, {
      config: FILE_OPTIONS.config,
      user: { type: 'string' },
      role: { type: 'string', default: 'user' },
      ttl: { type: 'string', default: '1h' },
    });
    if (values.user === undefined || values.user === '') throw new UsageError('--user is missing');
    const ttl = parseDuration(values.ttl);
    if (ttl === null || ttl < 1000)
      throw new UsageError(`--ttl takes a time such as 15m, not "${values.ttl}"`);
    const config = loadConfigFile(values.config, terminal);
    // A secret that the environment sets is that of a server somewhere, whatever lies in this folder.
    if (config.auth.jwt.secret === '')
      requireProject(values.config, terminal, { what: 'secret', path: secretPath(config) });
    const { secret } = resolveSecret(config);
    const tokens = createTokens({ ...config.auth.jwt, secret });
    const actor = { id: values.user, email: null, role: values.role, verified: false, metadata: {} };
    terminal.stdout.write(`${tokens.sign(actor, ttl)}\n`);
    return EXIT.ok;
  },
};

import type { AddressInfo } from 'node:net';
import closeWithGrace from 'close-with-grace';
import { buildApp, type App } from '../app.ts';
import { resolveSecret } from '../auth/secret.ts';
import type { Config } from '../config/config.ts';
import { OperatorError } from '../lib/errors.ts';
import { banner } from './banner.ts';
import { showsColor } from './color.ts';
import { EXIT, FILE_OPTIONS, parseOptions, UsageError, type Command } from './command.ts';
import { createLog } from './log.ts';
import { ownCommand } from './own-command.ts';
import { loadProject } from './project.ts';
import { keepMemoryTrimmed } from './trim-memory.ts';

export const serveCommand: Command = {
  usage: '[--config alyx.yml] [--schema schema.yaml] [--port N] [--host H]',
  summary: 'start the server',
  async run(args, terminal) {
    const { values } = parseOptions(args, {
      ...FILE_OPTIONS,
      port: { type: 'string' },
      host: { type: 'string' },
    });
    const port = readPort(values.port);
    const project = loadProject(values, terminal);
    const { secret, createdAt } = resolveSecret(project.config);
    const config = withOptions(project.config, { secret, port, host: values.host });
    const log = createLog(config.logging, showsColor(terminal.stdout, terminal.env));
    const app = await buildApp({ config, schema: project.schema, log });
    await listen(app, config);
    stopOnSignal(app, config, log);
    void keepMemoryTrimmed();

    const { port: actualPort } = app.http.server.address() as AddressInfo;
    const { setupToken } = app;
    const facts = {
      config,
      schema: project.schema,
      port: actualPort,
      secretCreatedAt: createdAt,
      setupToken,
      command: (args: string) => {
        const option = values.config === undefined ? '' : ` --config ${values.config}`;
        return `${ownCommand(terminal.cwd(), terminal)} ${args}${option}`;
      },
    };
    if (config.logging.format === 'pretty') terminal.stdout.write(banner(facts));
    else reportStart(log, config.server.host, actualPort, setupToken !== null);
    if (createdAt !== null) log.warn({ path: createdAt }, 'auth.jwt.secret is empty: made a random one');
    return EXIT.ok;
  },
};

/** For whoever collects logs; the set-up link stays out of them. */
function reportStart(log: App['http']['log'], host: string, port: number, needsSetup: boolean): void {
  log.info({ host, port }, 'alyx is running');
  if (needsSetup) log.info('there is no admin yet; "alyx admin create" makes the first');
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
  throw new UsageError(`--port takes a number from 0 to 65535, not "${text}"`);
}

interface Options {
  readonly secret: string;
  readonly port: number | undefined;
  readonly host: string | undefined;
}

function withOptions(config: Config, { secret, port, host }: Options): Config {
  const { server, auth } = config;
  return {
    ...config,
    server: { ...server, port: port ?? server.port, host: host ?? server.host },
    auth: { ...auth, jwt: { ...auth.jwt, secret } },
  };
}

async function listen(app: App, { server: { host, port } }: Config): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close(0);
    throw new OperatorError(`cannot listen on ${host}:${port}: ${listenProblem(error)}`, { cause: error });
  }
}

function listenProblem(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return 'something else listens there; stop it or choose another --port';
  if (code === 'EACCES') return 'ports below 1024 need privileges; choose another --port';
  if (code === 'EADDRNOTAVAIL') return 'this machine has no such address; check server.host';
  return message;
}

/** Time for the database to close after the last connection was cut. */
const CLOSING_MS = 5_000;

/** SIGTERM and SIGINT let requests in flight finish; a second one, or a bug, ends the process at once. */
function stopOnSignal(app: App, config: Config, log: App['http']['log']): void {
  const { shutdownTimeout } = config.server;
  closeWithGrace({ delay: shutdownTimeout + CLOSING_MS, logger: log }, async ({ err, signal }) => {
    if (err !== undefined) log.fatal({ err }, 'stopping: an error that nobody caught');
    else log.info({ signal }, 'stopping: letting requests in flight finish');
    await app.close(shutdownTimeout);
    log.info('stopped');
  });
}

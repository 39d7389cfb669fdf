import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pino } from 'pino';
import { buildApp, type App } from '../../src/app.ts';
import { createTokens } from '../../src/auth/tokens.ts';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { loadSchema } from '../../src/schema/load-schema.ts';
import { documented, type Documented } from './documented.ts';
import { makeTempFolder } from './temp-folder.ts';

export const TEST_SECRET = 'a-secret-that-only-the-tests-know-0123456789';

export interface TestAppOptions {
  /** schema.yaml without its `version` line. */
  readonly schema: string;
  /** alyx.yml; default: BASE_CONFIG. */
  readonly config?: string;
  /** Environment variables, with which single keys are most easily set: ALYX_SERVER_IDLE_TIMEOUT. */
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  /** Reuse this folder (a restart) instead of a fresh one. */
  readonly folder?: string;
  /** Passwords cost what they cost in production. */
  readonly realPasswords?: boolean;
}

/** A whole server, listening on a port of its own, with its data in a temporary folder. */
export interface TestApp {
  readonly app: App;
  readonly config: Config;
  readonly url: string;
  readonly folder: string;
  /** Everything the server has logged, line by line. */
  readonly logLines: string[];
  token(userId: string, role?: string): string;
  /** `fetch` to a path; `as` = the user id whose token goes along. Rejects an answer that is not as the API's document has it. */
  request(path: string, init?: RequestInit & { as?: string; role?: string }): Promise<Response>;
  close(): Promise<void>;
  /** Closes, and removes the data. */
  dispose(): Promise<void>;
}

export const BASE_CONFIG = `
server: { port: 0 }
database: { path: ./data/alyx.db }
auth: { jwt: { secret: ${TEST_SECRET} } }
storage:
  durable: false
  backends: { local: { type: filesystem, path: ./data/storage } }
  tus: { path: ./data/uploads }
`;

export async function startApp(options: TestAppOptions): Promise<TestApp> {
  const temp = options.folder === undefined ? makeTempFolder() : null;
  const folder = options.folder ?? temp?.path ?? '';
  const { config } = loadConfig({
    text: options.config ?? BASE_CONFIG,
    file: join(folder, 'alyx.yml'),
    env: options.env ?? {},
  });
  const schema = loadSchema({ text: `version: 1\n${options.schema}`, file: 'schema.yaml', config });
  const logLines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void logLines.push(line) });
  const app = await buildApp({
    config,
    schema,
    log,
    ...(options.realPasswords !== true && { passwordCost: { memoryCost: 8, timeCost: 1 } }),
    ...(options.clock && { clock: options.clock }),
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.http.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const tokens = createTokens(config.auth.jwt);
  const token = (id: string, role = 'user') =>
    tokens.sign({ id, email: `${id}@example.com`, role, verified: true, metadata: {} }, 3_600_000);
  let contract: Documented | null = null;
  let closed: Promise<void> | null = null;
  const close = () => (closed ??= app.close(2_000));
  return {
    app,
    config,
    url,
    folder,
    logLines,
    token,
    async request(path, { as, role, headers, ...init } = {}) {
      const all = new Headers(headers);
      if (as !== undefined) all.set('authorization', `Bearer ${token(as, role)}`);
      // A body that is a stream needs `duplex`, which DOM's types do not know; it does no harm elsewhere.
      const complete = { ...init, headers: all, duplex: 'half' as const };
      const response = await fetch(`${url}${path}`, complete);
      contract ??= documented(app);
      await contract.check(init.method ?? 'GET', path, response);
      return response;
    },
    close,
    async dispose() {
      await close();
      temp?.remove();
    },
  };
}

import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { AccountsContext } from '../accounts/accounts-context.ts';
import type { Config } from '../config/config.ts';
import type { Cleanup } from '../files/cleanup.ts';
import type { FilesContext } from '../files/files-context.ts';
import type { TroubleRepository } from '../operations/trouble-repository.ts';
import type { Around } from '../lib/turn-budget.ts';
import { VERSION } from '../lib/version.ts';
import type { RecordsContext } from '../records/records-context.ts';
import type { UploadsContext } from '../uploads/uploads-context.ts';
import { registerAuthentication } from './authentication.ts';
import { registerClosing } from './close-server.ts';
import { registerCors } from './cors.ts';
import { answerUnroutable, registerErrors } from './errors.ts';
import { registerIdleTimeout } from './idle-timeout.ts';
import { registerJsonBody } from './json-body.ts';
import type { Metrics } from './metrics/metrics.ts';
import { registerMetrics } from './metrics/register-metrics.ts';
import { registerQueryEncoding } from './query-encoding.ts';
import { requestId } from './request-id.ts';
import { registerRequestLog } from './request-log.ts';
import { registerAdmin } from './routes/admin/register-admin.ts';
import { registerAdminUi } from './routes/admin-ui.ts';
import { registerAuth } from './routes/auth.ts';
import { registerDocs } from './routes/docs.ts';
import { registerDownloads } from './routes/downloads.ts';
import { registerFileRows } from './routes/file-rows.ts';
import { registerHealth, type HealthDeps } from './routes/health.ts';
import { registerRecords } from './routes/records.ts';
import { registerSigning } from './routes/signing.ts';
import { registerTus } from './routes/tus.ts';
import { registerShortTurns } from './short-turns.ts';
import { registerUploads } from './routes/uploads.ts';
import { registerLinger } from './uploading/linger.ts';
import { registerUploadLimits } from './uploading/upload-limits.ts';

export interface HttpDeps {
  readonly config: Config;
  readonly log: FastifyBaseLogger;
  readonly accounts: AccountsContext;
  readonly files: FilesContext;
  readonly uploads: UploadsContext;
  readonly records: RecordsContext;
  readonly cleanup: Cleanup;
  readonly trouble: TroubleRepository;
  /** What requests that begin together share. */
  readonly snapshot: Around;
  readonly health: HealthDeps;
  /** Null where `metrics.enabled` is false. */
  readonly metrics: Metrics | null;
}

/** In UTF-16 units, decoded: the longest part of an address is a record's key, of 200 characters (records/record-value.ts). */
const MAX_PARAM_LENGTH = 400;

/** The HTTP face: hooks that every request passes, then one scope per kind of body. */
export async function createServer(deps: HttpDeps): Promise<FastifyInstance> {
  const { server } = deps.config;
  const app = fastify({
    loggerInstance: deps.log,
    genReqId: requestId,
    // registerRequestLog writes one line per request, without query strings
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    frameworkErrors: answerUnroutable,
    trustProxy: typeof server.trustProxy === 'boolean' ? server.trustProxy : [...server.trustProxy],
    requestTimeout: server.requestTimeout,
    bodyLimit: server.maxJsonSize,
    forceCloseConnections: 'idle',
    return503OnClosing: false, // registerClosing does, in our format
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAM_LENGTH },
  });
  registerErrors(app);
  registerShortTurns(app, deps.snapshot);
  registerJsonBody(app, server.maxJsonSize);
  registerRequestLog(app);
  registerClosing(app);
  if (deps.metrics !== null) registerMetrics(app, deps.metrics);
  registerIdleTimeout(app, server.idleTimeout);
  registerLinger(app);
  registerContinue(app);
  await registerCors(app, server.cors);
  registerQueryEncoding(app);
  registerAuthentication(app, deps.accounts);
  registerUploadLimits(app, server);

  registerHealth(app, deps.health);
  registerAuth(app, deps.accounts, server.publicUrl);
  registerFileRows(app, deps.files);
  registerDownloads(app, deps.files);
  registerSigning(app, deps.files, server.publicUrl);
  registerRecords(app, deps.records, server.publicUrl);
  await app.register(async (scope) => registerAdmin(scope, deps));
  // Scopes of their own: their bodies are streams, not JSON.
  await app.register(async (scope) => registerUploads(scope, deps.files));
  await app.register(async (scope) => registerTus(scope, deps.uploads, server.publicUrl));
  await app.register(async (scope) => registerAdminUi(scope, deps.config.adminUi));
  if (deps.config.docs.enabled) {
    const document = { schema: deps.files.schema, version: VERSION, serverUrl: server.publicUrl };
    await app.register(async (scope) => registerDocs(scope, document));
  }
  return app;
}

/**
 * Node would tell every client to go on before anybody has looked at the request. It is told when the body begins to flow,
 * as Fastify makes it when it wants JSON; upload routes, which take a body chunk by chunk, say so themselves.
 */
function registerContinue(app: FastifyInstance): void {
  app.server.on('checkContinue', (request, response) => {
    request.once('resume', () => {
      // What nobody wanted flows, too, to be thrown away behind the answer.
      if (!response.headersSent) response.writeContinue();
    });
    app.server.emit('request', request, response);
  });
}

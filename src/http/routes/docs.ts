import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
// Not the package itself, whose main module runs the whole page's script and keeps its 27 MiB for good.
import absolutePath from 'swagger-ui-dist/absolute-path.js';
import { JSON_TYPE } from '../json-type.ts';
import type { Operation } from '../openapi/operation.ts';
import { openApiDocument, type DocumentOptions } from '../openapi/document.ts';

/** The page starts itself from a script of our own: no inline script, so that the policy need not allow any. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Alyx API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
`;
const START = `SwaggerUIBundle({
  url: '/api/openapi.json', dom_id: '#api', deepLinking: true, docExpansion: 'list', filter: true,
  tryItOutEnabled: true, persistAuthorization: false, validatorUrl: null,
});
`;

/** Swagger UI styles its elements inline; everything comes from this server, so the page works without the internet. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** `/api/openapi.json`, and `/api/docs` to browse it. */
export async function registerDocs(
  app: FastifyInstance,
  options: Omit<DocumentOptions, 'hasRoute'>,
): Promise<void> {
  let document: string | null = null;
  app.get('/api/openapi.json', async (_request, reply) => {
    const hasRoute = ({ method, url }: Operation) => app.hasRoute({ method: method.toUpperCase(), url });
    document ??= JSON.stringify(openApiDocument({ ...options, hasRoute }));
    return reply.header('content-type', JSON_TYPE).send(document);
  });
  app.get('/api/docs', async (_request, reply) =>
    reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', POLICY)
      .header('cache-control', 'no-cache')
      .send(PAGE),
  );
  app.get('/api/docs/start.js', async (_request, reply) =>
    reply.header('content-type', 'text/javascript; charset=utf-8').send(START),
  );
  await app.register(fastifyStatic, {
    root: absolutePath(),
    serve: false,
    cacheControl: true,
    maxAge: '1d',
  });
  for (const asset of ['swagger-ui.css', 'swagger-ui-bundle.js']) {
    app.get(`/api/docs/${asset}`, async (_request, reply) => reply.sendFile(asset));
  }
}

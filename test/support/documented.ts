import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { App } from '../../src/app.ts';
import { openApiDocument } from '../../src/http/openapi/document.ts';
import { STATUS } from '../../src/http/status.ts';

type Json = Readonly<Record<string, unknown>>;
interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { responses: Readonly<Record<string, Json>> }>>>
  >;
}

/** Holds what a server answers against the OpenAPI document that it gives out. */
export interface Documented {
  /** Throws when the document does not know such an answer, or describes another one. */
  check(method: string, path: string, response: Response): Promise<void>;
}

export function documentOf(app: App): Document {
  const hasRoute = ({ method, url }: { method: string; url: string }) =>
    app.http.hasRoute({ method: method.toUpperCase(), url });
  return openApiDocument({
    schema: app.files.schema,
    version: 'test',
    serverUrl: null,
    hasRoute,
  }) as unknown as Document;
}

export function documented(app: App): Documented {
  const document = documentOf(app);
  const templates = Object.keys(document.paths).map((template) => ({
    template,
    pattern: new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`),
    placeholders: template.split('{').length,
  }));
  templates.sort((a, b) => a.placeholders - b.placeholders);
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ ...document, $id: 'document' });
  const known = new Map<string, ValidateFunction>();

  return {
    async check(method, path, response) {
      const type = response.headers.get('content-type') ?? '';
      const template = templates.find(({ pattern }) => pattern.test(path.split('?', 1)[0] ?? ''))?.template;
      const operation = template === undefined ? undefined : document.paths[template]?.[method.toLowerCase()];
      if (template === undefined || operation === undefined) return;
      const place = `${method} ${template} ${response.status}`;
      const answer = operation.responses[response.status];
      if (answer === undefined && isGeneral(response.status)) return;
      if (answer === undefined) throw new Error(`the document does not know the answer ${place}`);
      if (!type.startsWith('application/json') || answer['content'] === undefined) return;
      const media = Object.keys(answer['content'] as Json)[0] ?? '';
      if (media !== 'application/json' || method === 'HEAD') return;
      const pointer = ['paths', template, method.toLowerCase(), 'responses', String(response.status)];
      const ref = [...pointer, 'content', media, 'schema'].map((part) =>
        part.replaceAll('~', '~0').replaceAll('/', '~1'),
      );
      const validate =
        known.get(place) ?? ajv.compile({ $ref: `document#/${ref.map(encodeURIComponent).join('/')}` });
      known.set(place, validate);
      const body: unknown = await response.clone().json();
      if (isGeneral(response.status) && (body as { code?: unknown }).code === 'NOT_FOUND') return;
      if (!validate(body)) {
        throw new Error(
          `${place} is not as documented: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(body)}`,
        );
      }
    },
  };
}

/** What any route may answer before it is reached: an address that is none, a header or a length that is wrong. */
function isGeneral(status: number): boolean {
  return status === STATUS.NOT_FOUND || status === STATUS.RATE_LIMITED;
}

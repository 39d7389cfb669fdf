import { file, form } from '../form.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { uploadMetadata } from '../tus.ts';
import { nameOf, type Operation } from './operations.ts';
import { PASSWORD, type World } from './world.ts';

/** A request in its parts, each of which may still be spoilt. */
export interface Draft {
  readonly operation: Operation;
  /** For the places in the address. */
  readonly places: Record<string, string>;
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
  token: string | null;
  /** JSON, or bytes with their Content-Type. */
  body: { readonly json: unknown } | { readonly type: string; readonly bytes: Buffer } | null;
}

const NOBODY = '01920000-0000-7000-8000-000000000000';
const TEXT = 'some text, '.repeat(300);
const BUCKETS = ['docs', 'docs', 'packed', 'own'];

/** Parts of a query that lists take; the first letter of a field's operator never matters here. */
const QUERIES: Readonly<Record<string, readonly string[]>> = {
  limit: ['1', '10', '1000'],
  offset: ['0', '3'],
  search: ['n1', 'a'],
  mime_type: ['text/plain', 'text/*'],
  sort: ['name', '-created_at'],
  bucket: ['docs', 'own'],
  owner_id: ['root', 'somebody'],
  missing: ['true', 'false'],
  state: ['active', 'expired'],
  role: ['user', 'admin'],
  fields: ['id,title', 'cover'],
  expand: ['cover', 'cover,gallery'],
  page: ['1', '2'],
  per_page: ['5'],
  filter: ['title:like:n%', 'stars:gte:1', 'cover:is_null', 'stars:in:1,2'],
};
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  range: ['bytes=0-9', 'bytes=-5', 'bytes=3-'],
  'accept-encoding': ['zstd', 'gzip, zstd;q=0', 'identity'],
  'if-match': ['*'],
  'if-none-match': ['"nothing"'],
  'if-unmodified-since': ['Fri, 31 Dec 2100 23:59:59 GMT'],
};

/** Requests that the server should grant, if nobody else changes what they are about in the same moment. */
export class ValidRequests {
  readonly #random: SeededRandom;
  readonly #world: World;

  constructor(random: SeededRandom, world: World) {
    this.#random = random;
    this.#world = world;
  }

  draft(operation: Operation): Draft {
    const draft: Draft = {
      operation,
      places: {},
      query: {},
      headers: {},
      token: this.#world.admin,
      body: null,
    };
    this.#fillPlaces(draft);
    this.#fillQuery(draft);
    this.#fillBody(draft);
    return draft;
  }

  #fillPlaces(draft: Draft): void {
    const { files, uploads, records, users } = this.#world;
    const { template, method } = draft.operation;
    const random = this.#random;
    if (template.startsWith('/api/collections')) draft.places['id'] = this.#oneOf(records)?.id ?? NOBODY;
    if (template.startsWith('/api/admin/users')) draft.places['id'] = this.#oneOf(users)?.id ?? NOBODY;
    if (template.startsWith('/api/admin/files')) draft.places['id'] = this.#oneOf(files)?.id ?? NOBODY;
    if (!template.startsWith('/api/files')) return;
    draft.places['bucket'] = random.pick(BUCKETS);
    if (template.includes('/tus')) draft.headers['tus-resumable'] = '1.0.0';
    const isUpload = template.includes('/tus/');
    const found = this.#oneOf<{ readonly id: string; readonly bucket: string }>(isUpload ? uploads : files);
    if (found === undefined || !template.includes('{id}')) return;
    draft.places['bucket'] = found.bucket;
    draft.places['id'] = found.id;
    const { token } = files.find(({ id }) => id === found.id) ?? {};
    if (token !== undefined && template.endsWith('/download') && method !== 'head' && random.chance(0.5)) {
      draft.query['token'] = token;
      draft.token = null;
    }
  }

  #fillQuery({ operation: { parameters, template }, query, headers }: Draft): void {
    const random = this.#random;
    const isRecords = template.startsWith('/api/collections');
    for (const { name, in: place } of parameters) {
      const values = place === 'query' ? QUERIES[name] : HEADERS[name.toLowerCase()];
      if (values === undefined || random.chance(0.75)) continue;
      const value =
        isRecords && name === 'sort' ? random.pick(['-stars', 'title,-made']) : random.pick(values);
      if (place === 'query') query[name] = encodeURIComponent(value);
      else headers[name.toLowerCase()] = value;
    }
    if (isRecords && ('page' in query || 'per_page' in query)) {
      delete query['limit'];
      delete query['offset'];
    }
    if ('cursor' in query) delete query['offset'];
  }

  #fillBody(draft: Draft): void {
    const world = this.#world;
    const random = this.#random;
    const name = world.freshName();
    const text = TEXT.slice(0, random.below(TEXT.length));
    const email = `${name}@example.com`;
    const user = this.#oneOf(world.users);
    switch (nameOf(draft.operation)) {
      case 'POST /api/files/{bucket}': {
        const metadata = { name: 'metadata', content: JSON.stringify({ n: 1 }) };
        const { body: bytes, headers } = form(
          ...(random.chance(0.5) ? [metadata] : []),
          file(text, `${name}.txt`),
        );
        draft.body = { type: headers['content-type'], bytes };
        return;
      }
      case 'PUT /api/files/{bucket}':
        draft.query['name'] = `${name}.txt`;
        draft.body = { type: 'application/octet-stream', bytes: Buffer.from(text) };
        return;
      case 'POST /api/files/{bucket}/batch-delete': {
        json(draft, { ids: [this.#oneOf(world.files)?.id ?? NOBODY] });
        return;
      }
      case 'PATCH /api/files/{bucket}/{id}': {
        json(draft, random.pick([{ name: `${name}.txt` }, { path: `a/${name}` }, { metadata: { n: [1] } }]));
        return;
      }
      case 'GET /api/files/{bucket}/{id}/sign':
        draft.query['expiry'] = random.pick(['5m', '1h']);
        draft.query['operation'] = random.pick(['download', 'download', 'view']);
        return;
      case 'POST /api/files/{bucket}/tus': {
        this.#fillCreation(draft, name, text);
        return;
      }
      case 'PATCH /api/files/{bucket}/tus/{id}':
      case 'POST /api/files/{bucket}/tus/{id}': {
        this.#fillChunk(draft);
        return;
      }
      case 'POST /api/auth/register': {
        this.#anonymous(draft, { email, password: PASSWORD });
        return;
      }
      case 'POST /api/auth/setup': {
        this.#anonymous(draft, { token: world.setupToken, email, password: PASSWORD });
        return;
      }
      case 'POST /api/auth/login': {
        this.#anonymous(draft, { email: user?.email ?? email, password: PASSWORD });
        return;
      }
      case 'POST /api/auth/refresh': {
        this.#anonymous(draft, { refresh_token: user?.refresh ?? 'none' });
        return;
      }
      case 'POST /api/auth/logout': {
        this.#anonymous(draft, { refresh_token: user?.refresh ?? 'none' });
        return;
      }
      case 'GET /api/auth/me':
        draft.token = user?.access ?? world.admin;
        return;
      case 'POST /api/admin/rules/explain': {
        json(draft, this.#explanation());
        return;
      }
      case 'POST /api/admin/users': {
        json(draft, {
          email,
          password: PASSWORD,
          role: random.pick(['user', 'admin']),
          metadata: { a: 1 },
        });
        return;
      }
      case 'PATCH /api/admin/users/{id}': {
        json(draft, random.pick([{ verified: true }, { metadata: { team: 'b' } }, { role: 'user' }]));
        return;
      }
      case 'POST /api/collections/posts':
      case 'PUT /api/collections/posts/{id}': {
        json(draft, this.#post(name));
        return;
      }
      case 'PATCH /api/collections/posts/{id}': {
        json(draft, random.pick([{ stars: random.below(6) }, { title: name }, { cover: null }]));
        return;
      }
      default:
    }
  }

  #fillCreation(draft: Draft, name: string, text: string): void {
    draft.headers['upload-length'] = String(text.length);
    draft.headers['upload-metadata'] = uploadMetadata({ filename: `${name}.txt` });
    if (this.#random.chance(0.7)) return;
    const bytes = Buffer.from(text.slice(0, this.#random.below(text.length + 1)));
    draft.body = { type: 'application/offset+octet-stream', bytes };
  }

  #fillChunk(draft: Draft): void {
    const { operation, headers, places } = draft;
    const upload = this.#world.uploads.find(({ id }) => id === places['id']);
    const overrides = operation.method === 'post';
    if (overrides) headers['x-http-method-override'] = this.#random.pick(['PATCH', 'HEAD']);
    if (headers['x-http-method-override'] === 'HEAD' || upload === undefined) return;
    headers['upload-offset'] = String(upload.offset);
    const left = TEXT.slice(upload.offset, upload.length);
    const bytes = Buffer.from(this.#random.chance(0.25) ? left : left.slice(0, this.#random.below(500)));
    draft.body = { type: 'application/offset+octet-stream', bytes };
  }

  #anonymous(draft: Draft, body: unknown): void {
    draft.token = null;
    json(draft, body);
  }

  #explanation(): unknown {
    const { files, records } = this.#world;
    const user = this.#random.pick([null, { id: 'somebody' }, { id: 'root', role: 'admin' }]);
    const found = this.#oneOf(files);
    if (found === undefined || this.#random.chance(0.5)) {
      return { user, collection: 'posts', operation: 'read', record_id: this.#oneOf(records)?.id ?? NOBODY };
    }
    return { user, bucket: found.bucket, operation: 'download', file_id: found.id };
  }

  #post(title: string): unknown {
    const covers = this.#world.files.filter(({ bucket }) => bucket === 'docs');
    const cover = this.#random.chance(0.3) ? this.#oneOf(covers)?.id : undefined;
    return { title, stars: this.#random.below(6), ...(cover !== undefined && { cover }) };
  }

  #oneOf<T>(known: readonly T[]): T | undefined {
    return known.length === 0 ? undefined : this.#random.pick(known);
  }
}

function json(draft: Draft, body: unknown): void {
  draft.body = { json: body };
}

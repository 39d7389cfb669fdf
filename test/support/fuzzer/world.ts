import type { SeededRandom } from '../seeded-random.ts';
import type { TestApp } from '../test-app.ts';
import { nameOf, type FuzzRequest, type Json } from './operations.ts';

export interface KnownFile {
  readonly id: string;
  readonly bucket: string;
  /** For its download, where one was made. */
  token?: string;
}

export interface KnownUpload {
  readonly id: string;
  readonly bucket: string;
  readonly length: number;
  offset: number;
}

export interface KnownUser {
  readonly id: string;
  readonly email: string;
  access: string;
  refresh: string;
}

/** Passwords of all users that the fuzzer makes. */
export const PASSWORD = 'correct horse battery';
const KEPT = 150;

/** What there is on the server, as far as its answers have told: what requests need to get beyond 404. */
export class World {
  readonly files: KnownFile[] = [];
  readonly uploads: KnownUpload[] = [];
  readonly records: { readonly id: string }[] = [];
  readonly users: KnownUser[] = [];
  readonly admin: string;
  readonly stranger: string;
  readonly setupToken: string;
  #names = 0;

  constructor(app: TestApp) {
    this.admin = app.token('root', 'admin');
    this.stranger = app.token('somebody');
    this.setupToken = app.app.setupToken ?? '';
  }

  /** A name that nothing has yet. */
  freshName(): string {
    return `n${(this.#names += 1)}`;
  }

  anyId(random: SeededRandom): string | undefined {
    const known = [...this.files, ...this.uploads, ...this.users, ...this.records];
    return known.length === 0 ? undefined : random.pick(known).id;
  }

  anyToken(random: SeededRandom): string {
    return random.pick([this.admin, this.stranger, ...this.users.map(({ access }) => access)]);
  }

  /** What an answer to this request tells. */
  learn({ operation, path, headers }: FuzzRequest, answer: Response, body: Json): void {
    const [, , , bucket = '', ...rest] = path.split('?')[0]?.split('/') ?? [];
    const id = operation.template.includes('/tus/') ? (rest[1] ?? '') : (rest[0] ?? '');
    switch (nameOf(operation)) {
      case 'POST /api/files/{bucket}':
      case 'PUT /api/files/{bucket}': {
        keep(this.files, { id: String(body['id']), bucket });
        return;
      }
      case 'POST /api/files/{bucket}/tus': {
        this.#learnUpload(bucket, headers, answer);
        return;
      }
      case 'PATCH /api/files/{bucket}/tus/{id}': {
        this.#learnProgress(id, answer);
        return;
      }
      case 'DELETE /api/files/{bucket}/tus/{id}': {
        forget(this.uploads, id);
        return;
      }
      case 'DELETE /api/files/{bucket}/{id}': {
        forget(this.files, id);
        return;
      }
      case 'POST /api/files/{bucket}/batch-delete': {
        (body['deleted'] as string[]).forEach((gone) => forget(this.files, gone));
        return;
      }
      case 'GET /api/files/{bucket}/{id}/sign': {
        this.#learnToken(id, path, body);
        return;
      }
      case 'POST /api/collections/posts': {
        keep(this.records, { id: String(body['id']) });
        return;
      }
      case 'DELETE /api/collections/posts/{id}': {
        forget(this.records, rest[0] ?? '');
        return;
      }
      case 'DELETE /api/admin/users/{id}': {
        forget(this.users, rest[0] ?? '');
        return;
      }
      case 'POST /api/auth/register':
      case 'POST /api/auth/login':
      case 'POST /api/auth/refresh': {
        this.#learnUser(body);
        return;
      }
      default:
    }
  }

  #learnUpload(bucket: string, headers: FuzzRequest['headers'], answer: Response): void {
    const id = answer.headers.get('location')?.split('/').at(-1) ?? '';
    const length = Number(headers['upload-length'] ?? headers['Upload-Length']);
    const offset = Number(answer.headers.get('upload-offset') ?? 0);
    if (answer.headers.has('alyx-file-id')) keep(this.files, { id, bucket });
    else keep(this.uploads, { id, bucket, length, offset });
  }

  #learnProgress(id: string, answer: Response): void {
    const upload = this.uploads.find((known) => known.id === id);
    if (upload === undefined) return;
    upload.offset = Number(answer.headers.get('upload-offset'));
    if (!answer.headers.has('alyx-file-id')) return;
    forget(this.uploads, id);
    keep(this.files, { id, bucket: upload.bucket });
  }

  #learnToken(id: string, path: string, body: Json): void {
    const file = this.files.find((known) => known.id === id);
    if (file !== undefined && !path.includes('operation=view')) file.token = String(body['token']);
  }

  #learnUser(body: Json): void {
    const { user, tokens } = body as {
      user: { id: string; email: string };
      tokens: Record<string, string>;
    };
    const { access_token: access = '', refresh_token: refresh = '' } = tokens;
    forget(this.users, user.id);
    keep(this.users, { ...user, access, refresh });
  }
}

function keep<T>(known: T[], item: T): void {
  if (known.length < KEPT) known.push(item);
}

function forget(known: { readonly id: string }[], id: string): void {
  const at = known.findIndex((item) => item.id === id);
  if (at !== -1) known.splice(at, 1);
}

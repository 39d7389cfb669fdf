import type { Api } from './api.ts';
import { encodeFilter } from './record-filter.ts';
import type { CallOptions, RecordPage, RecordQuery, RecordView, ViewOptions } from './record-types.ts';
import type { CollectionTypes } from './schema-types.ts';
import type { QueryValue } from './transport.ts';

/** The records of one collection. */
export class CollectionClient<C extends CollectionTypes> {
  readonly #api: Api;
  readonly #path: string;

  constructor(api: Api, name: string) {
    this.#api = api;
    this.#path = `/api/collections/${encodeURIComponent(name)}`;
  }

  /** A page of the records that the caller may read. */
  async list<F extends keyof C['record'] = keyof C['record'], E extends keyof C['expand'] = never>(
    query: RecordQuery<C, F, E> = {},
  ): Promise<RecordPage<RecordView<C, F, E>>> {
    const { limit, offset, page, perPage, search, sort, signal } = query;
    const filter = encodeFilter(query.filter);
    if (filter === null) return { docs: [], total: 0, limit: perPage ?? limit ?? 0, offset: offset ?? 0 };
    return this.#api.json({
      method: 'GET',
      path: this.#path,
      query: {
        ...viewQuery(query),
        filter,
        sort: sort === undefined ? undefined : [sort].flat().join(','),
        search,
        limit,
        offset,
        page,
        per_page: perPage,
      },
      signal,
    });
  }

  get<F extends keyof C['record'] = keyof C['record'], E extends keyof C['expand'] = never>(
    id: C['key'],
    options: ViewOptions<F, E> & CallOptions = {},
  ): Promise<RecordView<C, F, E>> {
    const { signal } = options;
    return this.#api.json({ method: 'GET', path: this.#one(id), query: viewQuery(options), signal });
  }

  create(values: C['create'], { signal }: CallOptions = {}): Promise<C['record']> {
    return this.#api.json({ method: 'POST', path: this.#path, json: values, signal });
  }

  /** Changes the fields that are given; the others stay. */
  update(id: C['key'], values: C['update'], { signal }: CallOptions = {}): Promise<C['record']> {
    return this.#api.json({ method: 'PATCH', path: this.#one(id), json: values, signal });
  }

  /** Changes the whole record: fields that are not given get their default. */
  replace(id: C['key'], values: C['replace'], { signal }: CallOptions = {}): Promise<C['record']> {
    return this.#api.json({ method: 'PUT', path: this.#one(id), json: values, signal });
  }

  async delete(id: C['key'], { signal }: CallOptions = {}): Promise<void> {
    await this.#api.send({ method: 'DELETE', path: this.#one(id), signal });
  }

  #one(id: C['key']): string {
    return `${this.#path}/${encodeURIComponent(id)}`;
  }
}

function viewQuery({ fields, expand }: ViewOptions<PropertyKey, PropertyKey>): Record<string, QueryValue> {
  return { fields: fields?.join(','), expand: expand?.join(',') };
}

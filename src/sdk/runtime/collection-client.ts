import { absoluteLinks } from './absolute-links.ts';
import type { Api } from './api.ts';
import { encodeFilter } from './record-filter.ts';
import { keepTag, tagOfSeen } from './record-tags.ts';
import type {
  CallOptions,
  ChangeOptions,
  RecordPage,
  RecordQuery,
  RecordView,
  ViewOptions,
} from './record-types.ts';
import type { CollectionTypes } from './schema-types.ts';
import { readJson, type ApiRequest, type QueryValue } from './transport.ts';

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
    const { limit, offset, page, perPage, search, sort, expand, signal } = query;
    const filter = encodeFilter(query.filter);
    if (filter === null) return { docs: [], total: 0, limit: perPage ?? limit ?? 0, offset: offset ?? 0 };
    const found = await this.#api.json<RecordPage<RecordView<C, F, E>>>({
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
    const { url } = this.#api.transport;
    return { ...found, docs: found.docs.map((doc) => absoluteLinks(url, doc, expand)) };
  }

  get<F extends keyof C['record'] = keyof C['record'], E extends keyof C['expand'] = never>(
    id: C['key'],
    options: ViewOptions<F, E> & CallOptions = {},
  ): Promise<RecordView<C, F, E>> {
    return this.#record({ method: 'GET', path: this.#one(id) }, options);
  }

  create<F extends keyof C['record'] = keyof C['record'], E extends keyof C['expand'] = never>(
    values: C['create'],
    options: ViewOptions<F, E> & CallOptions = {},
  ): Promise<RecordView<C, F, E>> {
    return this.#record({ method: 'POST', path: this.#path, json: values }, options);
  }

  /** Changes the fields that are given; the others stay. */
  update<F extends keyof C['record'] = keyof C['record'], E extends keyof C['expand'] = never>(
    id: C['key'],
    values: C['update'],
    options: ViewOptions<F, E> & ChangeOptions<C['record']> = {},
  ): Promise<RecordView<C, F, E>> {
    return this.#change({ method: 'PATCH', path: this.#one(id), json: values }, options);
  }

  /** Changes the whole record: fields that are not given get their default. */
  replace<F extends keyof C['record'] = keyof C['record'], E extends keyof C['expand'] = never>(
    id: C['key'],
    values: C['replace'],
    options: ViewOptions<F, E> & ChangeOptions<C['record']> = {},
  ): Promise<RecordView<C, F, E>> {
    return this.#change({ method: 'PUT', path: this.#one(id), json: values }, options);
  }

  async delete(id: C['key'], options: ChangeOptions<C['record']> = {}): Promise<void> {
    const request = { method: 'DELETE', path: this.#one(id), signal: options.signal } as const;
    await this.#api.send(await this.#conditional(request, options));
  }

  async #change<F extends keyof C['record'], E extends keyof C['expand']>(
    request: ApiRequest,
    options: ViewOptions<F, E> & ChangeOptions<C['record']>,
  ): Promise<RecordView<C, F, E>> {
    return this.#record(await this.#conditional(request, options), options);
  }

  async #conditional(
    request: ApiRequest,
    { ifMatch, signal }: ChangeOptions<C['record']>,
  ): Promise<ApiRequest> {
    if (ifMatch === undefined) return request;
    const tag = await tagOfSeen(this.#api, request.path, ifMatch, signal);
    return { ...request, headers: { 'if-match': tag } };
  }

  async #record<F extends keyof C['record'], E extends keyof C['expand']>(
    request: ApiRequest,
    options: ViewOptions<F, E> & CallOptions,
  ): Promise<RecordView<C, F, E>> {
    const { fields, expand, signal } = options;
    const response = await this.#api.send({ ...request, query: viewQuery(options), signal });
    const doc = await readJson<RecordView<C, F, E>>(response, signal);
    const record = absoluteLinks(this.#api.transport.url, doc, expand);
    if (fields === undefined) keepTag(record, response);
    return record;
  }

  #one(id: C['key']): string {
    return `${this.#path}/${encodeURIComponent(id)}`;
  }
}

function viewQuery({ fields, expand }: ViewOptions<PropertyKey, PropertyKey>): Record<string, QueryValue> {
  return { fields: fields?.join(','), expand: expand?.join(',') };
}

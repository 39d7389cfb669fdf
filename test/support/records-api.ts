import type { RequestOptions } from './files-api.ts';
import type { TestApp } from './test-app.ts';

export type RecordJson = Readonly<Record<string, unknown>>;

export interface RecordListJson {
  readonly docs: readonly RecordJson[];
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
}

export const OPEN = '{ create: "true", read: "true", update: "true", delete: "true" }';

/** A request with a JSON body to `/api/collections{path}`. */
export function send(
  app: TestApp,
  method: string,
  path: string,
  body?: unknown,
  options: RequestOptions = {},
): Promise<Response> {
  const json = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const headers = { 'content-type': 'application/json', ...(options.headers as Record<string, string>) };
  return app.request(`/api/collections${path}`, {
    ...options,
    method,
    ...json,
    ...(body === undefined ? {} : { headers }),
  });
}

/** Makes a record that must be taken. */
export async function make(
  app: TestApp,
  collection: string,
  body: unknown,
  options?: RequestOptions,
): Promise<RecordJson> {
  const response = await send(app, 'POST', `/${collection}`, body, options);
  if (response.status !== 201) throw new Error(`not made: ${response.status} ${await response.text()}`);
  return (await response.json()) as RecordJson;
}

/** A request that must succeed, and its JSON. */
export async function ask<Answer = RecordJson>(
  app: TestApp,
  path: string,
  options?: RequestOptions,
): Promise<Answer> {
  const response = await app.request(`/api/collections${path}`, options);
  if (response.status !== 200) throw new Error(`no answer: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

export const listOf = (app: TestApp, path: string, options?: RequestOptions): Promise<RecordListJson> =>
  ask<RecordListJson>(app, path, options);

export const column = ({ docs }: RecordListJson, field: string): unknown[] => docs.map((doc) => doc[field]);

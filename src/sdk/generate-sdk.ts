import type { Schema } from '../schema/schema.ts';
import { clientModule, clientTypes } from './client-module.ts';
import { packageJson } from './package-json.ts';
import { readme } from './readme.ts';
import { schemaModule, schemaTypes } from './schema-module.ts';

export interface SdkOptions {
  readonly schema: Schema;
  /** The address that the client talks to when it is given none; null = it must be given one. */
  readonly url: string | null;
  /** In which portions files go up resumably, in bytes; an application may choose another. */
  readonly chunkSize: number;
  readonly version: string;
  /** The compiled client runtime, by path; see `runtimeFiles`. */
  readonly runtime: ReadonlyMap<string, string>;
}

/** The files of the SDK by path, the same bytes for the same options. */
export function generateSdk({
  schema,
  url,
  chunkSize,
  version,
  runtime,
}: SdkOptions): ReadonlyMap<string, string> {
  return new Map([
    ['package.json', packageJson(version)],
    ['README.md', readme(schema, url)],
    ['index.js', clientModule(url, chunkSize)],
    ['index.d.ts', clientTypes(schema, url)],
    ['schema.js', schemaModule(schema)],
    ['schema.d.ts', schemaTypes(schema)],
    ...[...runtime].map(([path, text]): [string, string] => [`runtime/${path}`, text]),
  ]);
}

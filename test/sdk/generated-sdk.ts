import { symlinkSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compileSdkRuntime } from '../../scripts/build-sdk-runtime.mjs';
import { loadSchema } from '../../src/schema/load-schema.ts';
import { generateSdk } from '../../src/sdk/generate-sdk.ts';
import { writeSdk } from '../../src/sdk/write-sdk.ts';

const runtime = compileSdkRuntime();
const NODE_MODULES = resolve(import.meta.dirname, '../../node_modules');

/** The SDK's files for schema.yaml without its `version` line. */
export function sdkFiles(schemaText: string, url: string | null = null): ReadonlyMap<string, string> {
  const schema = loadSchema({ text: `version: 1\n${schemaText}`, file: 'schema.yaml' });
  return generateSdk({ schema, url, chunkSize: 5 * 1024 * 1024, version: '1.2.3', runtime });
}

/** Installs the SDK into a project's folder, as `npm install ./generated` does; returns the path of its package. */
export function installSdk(project: string, schemaText: string): string {
  const folder = join(project, 'node_modules/alyx-sdk');
  writeSdk(folder, sdkFiles(schemaText));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(NODE_MODULES, 'tus-js-client'), join(folder, 'node_modules/tus-js-client'));
  mkdirSync(join(project, 'node_modules/@types'));
  symlinkSync(join(NODE_MODULES, '@types/node'), join(project, 'node_modules/@types/node'));
  symlinkSync(join(NODE_MODULES, 'undici-types'), join(project, 'node_modules/undici-types'));
  return folder;
}

import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { extname, join, resolve } from 'node:path';
import ts from 'typescript';
import { build } from 'vite';
import { compileSdkRuntime } from '../../scripts/build-sdk-runtime.mjs';
import { loadSchema } from '../../src/schema/load-schema.ts';
import { generateSdk } from '../../src/sdk/generate-sdk.ts';
import { writeSdk } from '../../src/sdk/write-sdk.ts';
import { HttpRelay } from '../support/http-relay.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { BASE_CONFIG, startApp } from '../support/test-app.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const EXAMPLE = join(ROOT, 'examples/photo-album');
const MADE = /photo-album\/(node_modules|generated|dist|data)$/;
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

export interface PhotoAlbum {
  /** Where its page is: another origin than the server's. */
  readonly url: string;
  /** Between the page and the server. */
  readonly relay: HttpRelay;
  dispose(): Promise<void>;
}

/** The example as its README starts it: SDK generated, types checked, built, and served beside an Alyx server. */
export async function startPhotoAlbum(): Promise<PhotoAlbum> {
  const temp = makeTempFolder();
  const page = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    const name = path === '/' ? 'index.html' : path.slice(1);
    response.setHeader('content-type', TYPES[extname(name)] ?? 'application/octet-stream');
    response.end(readFileSync(join(temp.path, 'dist', name)));
  });
  page.listen(0, '127.0.0.1');
  await once(page, 'listening');
  const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;

  const text = readFileSync(join(EXAMPLE, 'schema.yaml'), 'utf8');
  const app = await startApp({
    schema: text.replace(/^version: 1$/m, ''),
    config: BASE_CONFIG.replace('{ port: 0 }', `{ port: 0, cors: { origins: ['${url}'] } }`),
    env: { ALYX_AUTH_RATE_LIMIT_REGISTER_MAX: '100' },
  });
  const relay = await HttpRelay.start(app.url);
  cpSync(EXAMPLE, temp.path, { recursive: true, filter: (path) => !MADE.test(path) });
  symlinkSync(join(ROOT, 'node_modules'), join(temp.path, 'node_modules'));
  const schema = loadSchema({ text, file: 'schema.yaml', config: app.config });
  const sdk = generateSdk({
    schema,
    url: relay.url,
    chunkSize: app.config.storage.tus.chunkSize,
    version: '0.0.0',
    runtime: compileSdkRuntime(),
  });
  writeSdk(join(temp.path, 'generated'), sdk);
  checkTypes(temp.path);
  await build({ root: temp.path, configFile: false, logLevel: 'error' });

  return {
    url,
    relay,
    async dispose() {
      page.close();
      page.closeAllConnections();
      await relay.stop();
      await app.dispose();
      temp.remove();
    },
  };
}

function checkTypes(folder: string): void {
  const file = join(folder, 'tsconfig.json');
  const { config } = ts.readConfigFile(file, (path) => readFileSync(path, 'utf8')) as { config: unknown };
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  const problems = ts.getPreEmitDiagnostics(ts.createProgram(fileNames, { ...options, skipLibCheck: true }));
  if (problems.length > 0) throw new Error(ts.formatDiagnostics(problems, ts.createCompilerHost(options)));
}

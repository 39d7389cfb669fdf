import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import type { ErrorCode } from '../../src/lib/errors.ts';
import { OperatorError } from '../../src/lib/errors.ts';
import type { ServerErrorCode } from '../../src/sdk/runtime/error-codes.ts';
import { typeNames } from '../../src/sdk/type-names.ts';
import { writeSdk } from '../../src/sdk/write-sdk.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { installSdk, sdkFiles } from './generated-sdk.ts';
import { RICH_SCHEMA } from './rich-schema.ts';

const temp = makeTempFolder();
afterAll(() => temp.remove());

const read = (...path: string[]) => readFileSync(join(temp.path, ...path), 'utf8');

describe('the generated SDK', () => {
  let folder: string;
  beforeAll(() => {
    folder = installSdk(temp.path, RICH_SCHEMA);
  });

  it('has the same bytes for the same schema', () => {
    expect([...sdkFiles(RICH_SCHEMA)]).toEqual([...sdkFiles(RICH_SCHEMA)]);
    for (const [path, text] of sdkFiles(RICH_SCHEMA))
      expect(readFileSync(join(folder, path), 'utf8')).toBe(text);
  });

  it('depends on tus-js-client alone, in the version that the tests run with', () => {
    const manifest = JSON.parse(read('node_modules/alyx-sdk/package.json')) as Record<string, unknown>;
    const ours = JSON.parse(readFileSync(resolve('package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    expect(manifest['dependencies']).toEqual({ 'tus-js-client': ours.devDependencies['tus-js-client'] });
    expect(manifest).toMatchObject({ type: 'module', sideEffects: false, version: '1.2.3' });
  });

  it('asks for no newer Node than it needs', () => {
    expect(JSON.parse(read('node_modules/alyx-sdk/package.json'))).toMatchObject({
      engines: { node: '>=20' },
    });
  });

  it('is imported and required by plain Node', async () => {
    const script = `
      import * as sdk from 'alyx-sdk';
      import { createRequire } from 'node:module';
      import { fileStore } from 'alyx-sdk/node';
      const client = createRequire(process.cwd() + '/x.js')('alyx-sdk').createClient({ url: 'http://127.0.0.1:1' });
      console.log(Object.keys(sdk).join(), Object.keys(client).join(), typeof fileStore);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      cwd: temp.path,
    });
    expect(stdout.trim()).toBe(
      'AlyxError,buckets,collections,createClient,isAlyxError,isExpanded,memoryStore ' +
        'authors,blog-posts,blog_posts,auth,storage,collection function',
    );
  });

  it('is bundled for browsers without anything of Node, and tus-js-client apart until it is needed', async () => {
    const entry = join(temp.path, 'app.js');
    writeFileSync(
      entry,
      `import { createClient } from 'alyx-sdk'; globalThis.alyx = createClient({ url: '/' });`,
    );
    const { output } = [
      await build({
        root: temp.path,
        logLevel: 'error',
        configFile: false,
        build: { write: false, rolldownOptions: { input: entry } },
      }),
    ].flat()[0] as { output: { type: string; isEntry?: boolean; code?: string }[] };
    const chunks = output.filter(({ type }) => type === 'chunk');
    const main = chunks.find(({ isEntry }) => isEntry)?.code ?? '';
    expect(chunks.length).toBeGreaterThan(1);
    expect(main).toContain('/api/files');
    expect(main).not.toContain('Upload-Offset');
    for (const { code } of chunks) expect(code).not.toMatch(/from\s*["']node:|["']node:fs["']/);
  });

  it('is the same for a schema without buckets or collections', () => {
    const files = sdkFiles('buckets: {}\ncollections: {}\n');
    expect(files.get('schema.d.ts')).toContain('export type BucketName = never;');
  });

  it('carries the address it was generated for', () => {
    const files = sdkFiles(RICH_SCHEMA, 'https://files.example.com');
    expect(files.get('index.js')).toContain(
      `{ url: 'https://files.example.com', chunkSize: 5242880, ...options }`,
    );
    expect(files.get('index.d.ts')).toContain('createClient(options?: ClientOptions)');
  });

  it('keeps that address when it is given one that is undefined', async () => {
    const path = join(temp.path, 'with-address');
    writeSdk(path, sdkFiles(RICH_SCHEMA, 'https://files.example.com'));
    const sdk = (await import(pathToFileURL(join(path, 'index.js')).href)) as {
      createClient: (options?: { url?: string | undefined }) => object;
    };
    for (const options of [undefined, {}, { url: undefined }]) {
      expect(sdk.createClient(options)).toHaveProperty('storage');
    }
    expect(() => sdk.createClient({ url: 'x' })).toThrow('"x" is no address of a server');
  });
});

describe('writing the SDK', () => {
  it('replaces an earlier one, leaving nothing of it', () => {
    const folder = join(temp.path, 'twice');
    writeSdk(folder, new Map([...sdkFiles(RICH_SCHEMA), ['runtime/gone.js', '']]));
    writeSdk(folder, sdkFiles(RICH_SCHEMA));
    expect(existsSync(join(folder, 'runtime/gone.js'))).toBe(false);
    expect(existsSync(join(folder, 'runtime/client.js'))).toBe(true);
  });

  it('overwrites nothing else', () => {
    const folder = join(temp.path, 'app');
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{"name":"my-app"}');
    expect(() => writeSdk(folder, sdkFiles(RICH_SCHEMA))).toThrow(OperatorError);
    expect(read('app/package.json')).toBe('{"name":"my-app"}');
    expect(existsSync(join(folder, 'index.js'))).toBe(false);
  });
});

describe('the names of types', () => {
  it.each([
    [['posts'], ['Posts']],
    [
      ['blog-posts', 'blog_posts', 'blogposts'],
      ['BlogPosts', 'BlogPosts_2', 'Blogposts'],
    ],
    [
      ['a--b_', 'x2', 'x_2'],
      ['AB', 'X2', 'X2_2'],
    ],
  ])('of %j are %j', (collections, names) => {
    expect([...typeNames(collections).values()]).toEqual(names);
  });
});

it('knows every code of the server', () => {
  expectTypeOf<ServerErrorCode>().toEqualTypeOf<ErrorCode>();
});

import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');

interface SourceFile {
  /** Relative to src. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const files: readonly SourceFile[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.startsWith('admin-ui/'))
  .map((path) => {
    const text = readFileSync(join(SRC, path), 'utf8');
    const specifiers = text.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)'([^']+)'/g);
    return { path, text, imports: [...specifiers].map((match) => match[1] ?? '') };
  });

/** DESIGN's table: what stands on one line may import from its own line and from every line below. */
const LAYERS = [
  ['main.ts', 'cli'],
  ['app.ts'],
  ['http'],
  ['uploads', 'records', 'accounts', 'sdk', 'operations'],
  ['files'],
  ['storage', 'rules', 'db'],
  ['config', 'auth', 'schema'],
  ['lib'],
];

const partOf = (path: string) => path.split('/')[0] ?? path;
const layerOf = (part: string) => LAYERS.findIndex((layer) => layer.includes(part));

const FENCES: readonly { readonly library: RegExp; readonly allowed: RegExp }[] = [
  { library: /^(fastify|@fastify\/.*)$/, allowed: /^(http\/|app\.ts|cli\/log\.ts)/ },
  { library: /^better-sqlite3$/, allowed: /^db\/|-repository\.ts$/ },
  { library: /^@aws-sdk\//, allowed: /^storage\/s3-backend\.ts$/ },
  { library: /^(@marcbachmann\/cel-js(\/.*)?|re2js)$/, allowed: /^(rules|schema)\// },
  { library: /^koffi$/, allowed: /^lib\/libc\.ts$/ },
  { library: /^js-yaml$/, allowed: /^lib\// },
  { library: /^file-type$/, allowed: /^files\// },
  { library: /^@node-rs\/argon2$/, allowed: /^accounts\// },
  { library: /^fast-jwt$/, allowed: /^(auth|accounts)\// },
  { library: /^pino/, allowed: /^cli\// },
  { library: /^prom-client$/, allowed: /^http\// },
];

describe('layers', () => {
  it('has a place for every part of src', () => {
    const parts = new Set(files.map(({ path }) => partOf(path)));
    expect([...parts].filter((part) => layerOf(part) === -1)).toEqual([]);
  });

  it.each(files)('$path imports nothing from above it', ({ path, imports }) => {
    const own = layerOf(partOf(path));
    const upward = imports
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => partOf(relative(SRC, resolve(SRC, dirname(path), specifier))))
      .filter((part) => part !== '..' && layerOf(part) < own);
    expect(upward).toEqual([]);
  });

  it('keeps each library behind its fence', () => {
    const strays = files.flatMap(({ path, imports }) =>
      imports
        .filter((specifier) =>
          FENCES.some(({ library, allowed }) => library.test(specifier) && !allowed.test(path)),
        )
        .map((specifier) => `${path} imports ${specifier}`),
    );
    expect(strays).toEqual([]);
  });

  it('imports only what package.json names as a dependency', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const known = new Set([...Object.keys(manifest.dependencies), ...builtinModules]);
    const unknown = files
      .filter(({ path }) => !path.startsWith('sdk/runtime/')) // its dependencies are those of the SDK
      .flatMap(({ imports }) => imports)
      .filter((specifier) => !/^(\.|node:|\$\{)/.test(specifier)) // ${…} stands in text that is generated
      .map((specifier) =>
        specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/'),
      )
      .filter((name) => !known.has(name));
    expect(unknown).toEqual([]);
  });
});

describe("the SDK's runtime", () => {
  it('leaves the house: it imports itself, tus-js-client, and what Node has in node/ alone', () => {
    const strays = files
      .filter(({ path }) => path.startsWith('sdk/runtime/'))
      .flatMap(({ path, imports }) =>
        imports
          .filter((specifier) => {
            if (specifier.startsWith('node:')) return !path.startsWith('sdk/runtime/node/');
            if (!specifier.startsWith('.')) return specifier !== 'tus-js-client';
            return relative('sdk/runtime', join(dirname(path), specifier)).startsWith('..');
          })
          .map((specifier) => `${path} imports ${specifier}`),
      );
    expect(strays).toEqual([]);
  });
});

describe('the house', () => {
  it('touches `process` only where the process is', () => {
    const strays = files
      .filter(({ path }) => !/^(main\.ts|cli\/)/.test(path))
      .filter(({ text }) =>
        /(?<![\w.'"`/ -])process\.(?!ts)/.test(text.replace(/^\s*(\/\/|\*|\/\*\*).*$/gm, '')),
      )
      .map(({ path }) => path);
    expect(strays).toEqual([]);
  });

  it('has no file over 300 lines, and a median under 120', () => {
    const lengths = files.map(({ path, text }) => ({ path, lines: text.split('\n').length }));
    expect(lengths.filter(({ lines }) => lines > 300)).toEqual([]);
    const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(120);
  });

  it('names files after what they hold: no utils, helpers, managers or barrels', () => {
    const banned = /(^|\/)(utils?|helpers?|common|misc|index|.*-manager)(\.ts|\/)/;
    expect(files.map(({ path }) => path).filter((path) => banned.test(path))).toEqual([]);
  });

  it('records no registry addresses in the lock file', () => {
    expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toContain('"resolved": "http');
  });
});

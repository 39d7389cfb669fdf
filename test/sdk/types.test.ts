import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTempFolder } from '../support/temp-folder.ts';
import { installSdk } from './generated-sdk.ts';
import { RICH_SCHEMA } from './rich-schema.ts';

const project = makeTempFolder();
beforeAll(() => {
  installSdk(project.path, RICH_SCHEMA);
  writeFileSync(join(project.path, 'package.json'), JSON.stringify({ type: 'module' }));
  const copy = (from: string, to: string) =>
    copyFileSync(join(import.meta.dirname, 'fixtures', from), join(project.path, to));
  copy('usage.ts', 'usage.ts');
  copy('usage.ts', 'usage.cts');
  copy('node-streams.ts', 'node-streams.ts');
});
afterAll(() => project.remove());

const BASE: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  // The SDK's own declarations are checked too; TypeScript's are not.
  skipLibCheck: false,
  skipDefaultLibCheck: true,
};
const DOM = ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'];
const NODE: ts.CompilerOptions = { module: ts.ModuleKind.NodeNext, types: ['node'], skipLibCheck: true };
const SETTINGS: readonly [string, string, ts.CompilerOptions][] = [
  ['Node, ES modules', 'usage.ts', { ...NODE, lib: ['lib.es2023.d.ts'] }],
  ["Node's streams", 'node-streams.ts', { ...NODE, lib: ['lib.es2023.d.ts'] }],
  ["Node's streams beside the DOM's", 'node-streams.ts', { ...NODE, lib: DOM }],
  ['Node beside the DOM', 'usage.ts', { ...NODE, lib: DOM }],
  ['Node, CommonJS', 'usage.cts', { module: ts.ModuleKind.NodeNext, lib: DOM, types: [] }],
  [
    'a bundler, every strictness on',
    'usage.ts',
    {
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      lib: DOM,
      types: [],
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noPropertyAccessFromIndexSignature: true,
      noImplicitOverride: true,
      verbatimModuleSyntax: true,
      isolatedModules: true,
    },
  ],
];

describe('an application that uses the SDK', () => {
  // The libraries' declarations, which are most of the work, are parsed once for all.
  const parsed = new Map<string, ts.SourceFile | undefined>();

  it.each(SETTINGS)(
    'compiles for %s, and its mistakes do not',
    (_, file, options) => {
      const all = { ...BASE, ...options };
      const host = ts.createCompilerHost(all);
      const parse = host.getSourceFile.bind(host);
      host.getSourceFile = (name, version, ...rest) => {
        if (!name.includes('/typescript/lib/')) return parse(name, version, ...rest);
        if (!parsed.has(name)) parsed.set(name, parse(name, version, ...rest));
        return parsed.get(name);
      };
      host.getCurrentDirectory = () => project.path;
      const program = ts.createProgram([join(project.path, file)], all, host);
      const problems = ts.getPreEmitDiagnostics(program).map((problem) => ts.formatDiagnostic(problem, host));
      expect(problems).toEqual([]);
    },
    180_000,
  );
});

// Compiles the SDK's client runtime, file by file, to JavaScript and declarations that need nothing of ours.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const SOURCE = new URL('../src/sdk/runtime/', import.meta.url).pathname;

const CODE = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
};

const DECLARATIONS = { ...CODE, declaration: true, isolatedDeclarations: true };

/** The compiled files by path: `client.js`, `client.d.ts`, … */
export function compileSdkRuntime() {
  const files = new Map();
  for (const name of readdirSync(SOURCE, { recursive: true }).sort()) {
    if (!name.endsWith('.ts')) continue;
    const text = readFileSync(join(SOURCE, name), 'utf8');
    const options = { fileName: name, reportDiagnostics: true, compilerOptions: CODE };
    const code = ts.transpileModule(text, options);
    const types = ts.transpileDeclaration(text, { ...options, compilerOptions: DECLARATIONS });
    const problems = [...code.diagnostics, ...types.diagnostics];
    if (problems.length > 0) {
      throw new Error(
        problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')).join('\n'),
      );
    }
    const base = name.replace(/\.ts$/, '');
    files.set(`${base}.js`, code.outputText);
    // TypeScript leaves the endings in declarations as they are.
    files.set(`${base}.d.ts`, types.outputText.replace(/(from '\.[^']*)\.ts'/g, "$1.js'"));
  }
  return files;
}

export function buildSdkRuntime(folder) {
  for (const [name, text] of compileSdkRuntime()) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

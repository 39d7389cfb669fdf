import { fileURLToPath } from 'node:url';
import { relative, resolve } from 'node:path';
import { generateSdk } from '../sdk/generate-sdk.ts';
import { runtimeFiles } from '../sdk/runtime-files.ts';
import { writeSdk } from '../sdk/write-sdk.ts';
import { EXIT, FILE_OPTIONS, parseOptions, UsageError, type Command } from './command.ts';
import { loadProject } from './project.ts';
import { VERSION } from '../lib/version.ts';

export const generateSdkCommand: Command = {
  usage: '[--out generated] [--url URL] [--config alyx.yml] [--schema schema.yaml]',
  summary: 'write a typed client for the schema',
  run(args, terminal) {
    const { values } = parseOptions(args, {
      ...FILE_OPTIONS,
      out: { type: 'string', default: 'generated' },
      url: { type: 'string' },
    });
    const { config, schema } = loadProject(values, terminal);
    const folder = resolve(terminal.cwd(), values.out);
    const runtime = runtimeFiles(fileURLToPath(new URL('../sdk/runtime', import.meta.url)));
    const url = values.url === undefined ? null : checkUrl(values.url);
    const { chunkSize } = config.storage.tus;
    writeSdk(folder, generateSdk({ schema, url, chunkSize, version: VERSION, runtime }));
    const shown = relative(terminal.cwd(), folder);
    terminal.stdout.write(`wrote the SDK to ${shown}; ${shown}/README.md tells how to use it\n`);
    return EXIT.ok;
  },
};

function checkUrl(text: string): string {
  if (URL.canParse(text) && /^https?:/.test(text)) return text;
  throw new UsageError(`--url takes an address such as https://files.example.com, not "${text}"`);
}

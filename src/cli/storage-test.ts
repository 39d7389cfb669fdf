import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TEST_BUCKET, testBackend, type TestStep } from '../operations/test-backend.ts';
import { Backends } from '../storage/backends.ts';
import { describeBackend, requireBackend } from './backend-option.ts';
import { paint } from './color.ts';
import { EXIT, FILE_OPTIONS, parseOptions, UsageError, type Command, type Terminal } from './command.ts';
import { loadConfigFile, requireProject } from './project.ts';

export const storageTestCommand: Command = {
  usage: 'NAME [--json] [--config alyx.yml]',
  summary: 'put, get and delete an object in a backend of alyx.yml, and say what is wrong',
  async run(args, terminal) {
    const options = { config: FILE_OPTIONS.config, json: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseOptions(args, options, ['NAME']);
    const [name] = positionals;
    if (name === undefined) throw new UsageError('the name of a backend is missing');
    const config = loadConfigFile(values.config, terminal);
    requireProject(values.config, terminal, { what: 'database', path: config.database.path });
    const backendConfig = requireBackend(config, name);
    const backends = await Backends.open({ ...config.storage, backends: { [name]: backendConfig } });
    try {
      const steps = testBackend(backends.get(name));
      if (values.json) return await printJson(name, steps, terminal);
      terminal.stdout.write(`Testing "${name}" (${describeBackend(backendConfig)})\n`);
      return await printLines(name, steps, terminal);
    } finally {
      await backends.close();
      if (backendConfig.type === 'filesystem') await removeEmpty(join(backendConfig.path, TEST_BUCKET));
    }
  },
};

/** Removes the folder and those in it, as far as they are empty: another test may be under way. */
async function removeEmpty(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    await rmdir(join(folder, name)).catch(() => undefined);
  }
  await rmdir(folder).catch(() => undefined);
}

async function printLines(
  name: string,
  steps: AsyncIterable<TestStep>,
  { stdout }: Terminal,
): Promise<number> {
  for await (const { name: step, ms, error } of steps) {
    const verdict = error === null ? paint(stdout, 'green', 'ok    ') : paint(stdout, 'red', 'FAILED');
    stdout.write(`  ${step.padEnd(7)} ${verdict} ${error ?? `${Math.round(ms)} ms`}\n`);
    if (error !== null) return EXIT.failed;
  }
  stdout.write(`"${name}" works.\n`);
  return EXIT.ok;
}

async function printJson(
  name: string,
  steps: AsyncIterable<TestStep>,
  { stdout }: Terminal,
): Promise<number> {
  const taken = [];
  for await (const { name: step, ms, error } of steps) taken.push({ step, ms: Math.round(ms), error });
  const ok = taken.every(({ error }) => error === null);
  stdout.write(`${JSON.stringify({ backend: name, ok, steps: taken }, null, 2)}\n`);
  return ok ? EXIT.ok : EXIT.failed;
}

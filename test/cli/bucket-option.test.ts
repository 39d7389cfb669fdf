import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestStorage, type TestStorage } from '../support/test-storage.ts';
import { runAlyx } from '../support/run-alyx.ts';

let storage: TestStorage;

beforeEach(async () => {
  storage = await openTestStorage('{ local: { type: filesystem, path: ./a } }');
  const { folder } = storage;
  // With absolute paths: a command that runs in this process has another working directory.
  const config = `
database: { path: ${folder}/data/alyx.db }
storage:
  durable: false
  backends: { local: { type: filesystem, path: ${folder}/a }, other: { type: filesystem, path: ${folder}/b } }
  tus: { path: ${folder}/data/uploads }
`;
  writeFileSync(join(folder, 'alyx.yml'), config);
  writeFileSync(
    join(folder, 'schema.yaml'),
    'version: 1\nbuckets: { photos: { backend: local }, papers: { backend: local } }\n',
  );
});

afterEach(() => storage.dispose());

describe.each([
  { command: ['storage', 'check'], said: 'no problems' },
  { command: ['storage', 'migrate', '--to', 'other', '--drain', '0s'], said: 'moved 1 file' },
])('alyx $command --bucket', ({ command, said }) => {
  const run = (bucket: string) => runAlyx(storage.folder, ...command, '--bucket', bucket);

  it.each([
    ['photo', 'did you mean "photos"?'],
    ['nope', 'there are: photos, papers'],
    ['', 'there are: photos, papers'],
  ])('refuses "%s", of which nothing is known', async (bucket, hint) => {
    expect(await run(bucket)).toEqual({
      code: 1,
      stdout: '',
      stderr: `alyx: there is no bucket "${bucket}" in schema.yaml, nor a file of it (${hint})\n`,
    });
  });

  it('takes one that has left schema.yaml and still has files', async () => {
    await storage.add({ bytes: Buffer.from('text'), bucket: 'old' });
    const done = await run('old');
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toContain(said);
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openBucket } from '../support/files-api.ts';
import { runAlyx } from '../support/run-alyx.ts';
import { startApp } from '../support/test-app.ts';
import { begin } from '../support/tus.ts';

it('alyx storage usage says how much of a quota is promised to unfinished uploads', async () => {
  const schema = openBucket('max_total_size: 400MiB, max_file_size: 300MiB');
  const app = await startApp({ schema });
  // With absolute paths: a command that runs in this process has another working directory.
  const config = `
database: { path: ${app.folder}/data/alyx.db }
storage: { backends: { local: { type: filesystem, path: ${app.folder}/data/storage } } }
`;
  writeFileSync(join(app.folder, 'alyx.yml'), config);
  writeFileSync(join(app.folder, 'schema.yaml'), `version: 1\n${schema}`);
  const usage = async () => (await runAlyx(app.folder, 'storage', 'usage')).stdout.trimEnd();
  expect(await usage()).toMatch(/ 0 B +0% of 400 MiB$/);
  await begin(app, 276 * 2 ** 20);
  expect(await usage()).toMatch(/ 0 B +69% of 400 MiB \(276 MiB for unfinished uploads\)$/);
  await app.dispose();
});

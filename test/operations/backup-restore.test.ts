import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OPEN_RULES, store, type FileJson } from '../support/files-api.ts';
import { section } from '../support/readme.ts';
import { runAlyx } from '../support/run-alyx.ts';
import { s3Yaml } from '../support/s3-yaml.ts';
import { startS3Server, type S3Server } from '../support/s3-server.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';
import { startApp, type TestApp } from '../support/test-app.ts';
import { sha256 } from '../support/tus.ts';

const SCHEMA = `
buckets:
  docs: { backend: local, rules: ${OPEN_RULES} }
  packed: { backend: local, compression: zstd, rules: ${OPEN_RULES} }
  remote: { backend: s3, rules: ${OPEN_RULES} }
`;

let temp: TempFolder;
let s3: S3Server;
let bucket: string;
let app: TestApp;

beforeEach(async () => {
  temp = makeTempFolder();
  s3 = await startS3Server();
  bucket = await s3.createBucket();
  app = await start(project('old'));
});

afterEach(async () => {
  await app.dispose();
  await s3.stop();
  temp.remove();
});

const config = () => `
server: { port: 0 }
storage:
  backends:
    local: { type: filesystem, path: ./data/storage }
    s3: ${s3Yaml(s3, bucket)}
`;

/** A folder with the two files that the README says to keep. */
function project(name: string): string {
  const folder = join(temp.path, name);
  mkdirSync(join(folder, 'data'), { recursive: true });
  writeFileSync(join(folder, 'alyx.yml'), config());
  writeFileSync(join(folder, 'schema.yaml'), `version: 1\n${SCHEMA}`);
  // What \`alyx serve\` makes where alyx.yml sets no secret.
  writeFileSync(join(folder, 'data/jwt-secret'), 'a secret of forty characters, or so it is', {
    mode: 0o600,
  });
  return folder;
}

function start(folder: string): Promise<TestApp> {
  const secret = readFileSync(join(folder, 'data/jwt-secret'), 'utf8');
  return startApp({ schema: SCHEMA, config: config(), folder, env: { ALYX_AUTH_JWT_SECRET: secret } });
}

const fileOf = (name: string, file: string) => join(temp.path, name, file);

// From this process's own folder: relative paths in a configuration start where its file is, as seen from here.
const backUp = (name: string, target: string) =>
  runAlyx(process.cwd(), 'backup', target, '--config', fileOf(name, 'alyx.yml'));

const checkDeep = (name: string, ...options: readonly string[]) => {
  const files = ['--config', fileOf(name, 'alyx.yml'), '--schema', fileOf(name, 'schema.yaml')];
  return runAlyx(process.cwd(), 'storage', 'check', '--deep', ...options, ...files);
};

/** What the README tells to type for a restore, but for the places and for \`alyx\` itself. */
function restoreCommands(backup: string): string[] {
  const block = section('## Backup and restore').split('```')[3] ?? '';
  return block
    .split('\n')
    .filter((line) => line.startsWith('$ '))
    .map((line) => line.slice(2).replaceAll('/backups/2026-11-28', backup));
}

async function expectWhole({ bucket: home, id, checksum }: FileJson): Promise<void> {
  const answer = await app.request(`/api/files/${home}/${id}/download`);
  expect(answer.status).toBe(200);
  expect(sha256(Buffer.from(await answer.arrayBuffer()))).toBe(checksum);
}

describe('alyx backup, and the restore that the README tells of', () => {
  it('bring back files of a folder and of S3 that the server held when the backup was made', async () => {
    const files = await Promise.all(
      ['docs', 'packed', 'remote'].flatMap((home) =>
        [100, 70_000].map((size) => store(app, home, `${size}.bin`, new Uint8Array(randomBytes(size)))),
      ),
    );
    const backup = join(temp.path, 'backup');
    const made = await backUp('old', backup);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toContain(`not copied, s3://${bucket} has to keep them`);
    await store(app, 'docs', 'later.bin', 'not in the backup');
    await app.close();

    const folder = join(temp.path, 'new');
    mkdirSync(folder);
    for (const file of ['alyx.yml', 'schema.yaml']) {
      writeFileSync(join(folder, file), readFileSync(join(temp.path, 'old', file)));
    }
    const commands = restoreCommands(backup);
    expect(commands.at(-1)).toBe('npx alyx storage check --deep');
    for (const command of commands.slice(0, -1)) execFileSync('bash', ['-c', command], { cwd: folder });
    const checked = await checkDeep('new');
    expect(checked).toMatchObject({ code: 0, stdout: 'looked at 6 objects: no problems\n' });

    app = await start(folder);
    for (const file of files) await expectWhole(file);
    expect((await app.request('/api/files/docs')).status).toBe(200);
  });

  it('do not hide that S3 has lost since what the backup names', async () => {
    const file = await store(app, 'remote', 'a.bin', 'some text');
    const backup = join(temp.path, 'backup');
    await backUp('old', backup);
    expect((await app.request(`/api/files/remote/${file.id}`, { method: 'DELETE' })).status).toBe(204);
    await app.app.files.reaper.settle();
    await app.close();
    const folder = project('new');
    execFileSync('cp', [join(backup, 'alyx.db'), join(folder, 'data/alyx.db')]);
    const checked = await checkDeep('new');
    expect(checked.code).toBe(1);
    expect(checked.stdout).toContain('bytes_missing');
    expect(checked.stdout).toContain(file.id);
  });
});

describe('alyx storage check --repair --deep on S3', () => {
  it('finds damaged, lost and forgotten objects, mends what can be mended, and is content when the rest is', async () => {
    const [sound, damaged, lost] = await Promise.all(
      ['sound', 'damaged', 'lost'].map((name) => store(app, 'remote', name, `the bytes of ${name}`)),
    );
    const objects = await keys();
    const place = async (id: string | undefined) =>
      `remote/${(await app.app.files.files.find(id ?? ''))?.objectKey ?? ''}`;
    const [damagedKey, lostKey] = [await place(damaged?.id), await place(lost?.id)];
    const put = (Key: string, Body: string) => s3.client.putObject({ Bucket: bucket, Key, Body });
    await put(damagedKey, 'the bytes of dAmaged');
    await s3.client.deleteObject({ Bucket: bucket, Key: lostKey });
    await put(`remote/${'0'.repeat(6)}/01a2227b-df68-72d5-963a-80519f10c8ea`, 'nobody knows me');

    const check = () => checkDeep('old', '--repair');
    const first = await check();
    expect(first.code).toBe(1);
    expect(
      first.stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0])
        .sort(),
    ).toEqual(['bytes_missing', 'bytes_without_row', 'looked', 'wrong_content']);
    expect(first.stdout).toContain('3 problems, 1 repaired, 2 remain');

    await put(damagedKey, 'the bytes of damaged');
    await put(lostKey, 'the bytes of lost');
    const second = await check();
    expect(second).toMatchObject({ code: 0 });
    expect((await check()).stdout).toBe('looked at 3 objects: no problems\n');
    expect(await keys()).toEqual(objects);
    for (const file of [sound, damaged, lost]) if (file !== undefined) await expectWhole(file);
  });
});

async function keys(): Promise<string[]> {
  const { Contents = [] } = await s3.client.listObjectsV2({ Bucket: bucket });
  return Contents.map(({ Key }) => String(Key)).sort();
}

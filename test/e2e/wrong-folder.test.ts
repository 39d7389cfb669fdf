import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Alyx, writeProject } from '../support/alyx.ts';
import { openBucket } from '../support/files-api.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';

let temp: TempFolder;
beforeEach(() => (temp = makeTempFolder()));
afterEach(() => temp.remove());

const alyx = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  Alyx.run(args, { cwd: temp.path, env });

const ADMIN = ['admin', 'create', '--email', 'root@example.com', '--password', 'long enough'];
const TOKEN = ['token', 'create', '--user', 'me'];
const BACKUP = ['backup', 'saved'];

describe('a folder without a project', () => {
  it.each([
    ['a backup', BACKUP, 'database at', 'data/alyx.db'],
    ['an admin', ADMIN, 'database at', 'data/alyx.db'],
    ['a token', TOKEN, 'secret at', 'data/jwt-secret'],
    ['a test of a backend', ['storage', 'test', 'local'], 'database at', 'data/alyx.db'],
  ])('gets %s refused, says what was looked for, and stays empty', async (_, args, what, path) => {
    expect(await alyx(args)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        `alyx: there is no ${what} ${join(temp.path, path)}, and no alyx.yml in ${temp.path}: ` +
        'run this in the folder of the project, or name its file with --config\n',
    });
    expect(readdirSync(temp.path)).toEqual([]);
  });

  it('may sign tokens with the secret that the environment names, and keeps nothing', async () => {
    const secret = 'a secret of forty characters, or so it is';
    expect(await alyx(TOKEN, { ALYX_JWT_SECRET: secret })).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(temp.path)).toEqual([]);
  });

  it('may hold the data of a server all the same, which then counts', async () => {
    writeProject(temp.path, openBucket());
    expect(await alyx(ADMIN)).toMatchObject({ code: 0 });
    const bare = join(temp.path, 'bare');
    mkdirSync(join(bare, 'data'), { recursive: true });
    copyFileSync(join(temp.path, 'data/alyx.db'), join(bare, 'data/alyx.db'));
    expect(await Alyx.run(BACKUP, { cwd: bare })).toMatchObject({ code: 0 });
  });
});

describe('a project that has no database yet', () => {
  beforeEach(() => writeProject(temp.path, openBucket()));

  it.each([
    ['backup', BACKUP],
    ['storage usage', ['storage', 'usage']],
    ['storage check', ['storage', 'check']],
    ['storage migrate', ['storage', 'migrate', '--to', 'local']],
  ])('has nothing for alyx %s', async (_, args) => {
    expect(await alyx(args)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        `alyx: there is no database at ${join(temp.path, 'data/alyx.db')}, where alyx.yml has it ` +
        '(database.path); the server makes it when it starts\n',
    });
    expect(readdirSync(temp.path).sort()).toEqual(['alyx.yml', 'schema.yaml']);
  });

  it('may get its first admin, token and test of a backend before the server starts', async () => {
    for (const args of [ADMIN, TOKEN, ['storage', 'test', 'local']]) {
      expect(await alyx(args)).toMatchObject({ code: 0, stderr: '' });
    }
  });
});

it('a schema.yaml alone is a project', async () => {
  writeFileSync(join(temp.path, 'schema.yml'), 'version: 1\n');
  expect(await alyx(ADMIN)).toMatchObject({ code: 0, stderr: '' });
  expect(await alyx(TOKEN)).toMatchObject({ code: 0, stderr: '' });
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../src/db/database.ts';
import { openBucket } from '../support/files-api.ts';
import { lacks } from '../support/machine.ts';
import { runAlyx } from '../support/run-alyx.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';
import { BASE_CONFIG } from '../support/test-app.ts';

const COMMANDS: readonly (readonly string[])[] = [
  ['serve', '--port', '0'],
  ['admin', 'create', '--email', 'root@example.com', '--password', 'long enough 1'],
  ['backup', 'backup'],
  ['storage', 'usage'],
  ['storage', 'check'],
  ['storage', 'migrate', '--to', 'local'],
];

let temp: TempFolder;
let data: string;
let path: string;

beforeEach(() => {
  temp = makeTempFolder();
  data = join(temp.path, 'data');
  path = join(data, 'alyx.db');
  mkdirSync(data);
  writeFileSync(join(temp.path, 'alyx.yml'), BASE_CONFIG.replaceAll('./data', data));
  writeFileSync(join(temp.path, 'schema.yaml'), `version: 1\n${openBucket()}`);
});
afterEach(() => temp.remove());

/** Every command ends with one line, on what `told` says. */
async function expectTold(told: RegExp): Promise<void> {
  for (const command of COMMANDS) {
    const { code, stderr } = await runAlyx(temp.path, ...command);
    expect(stderr.split('\n'), command.join(' ')).toEqual([
      expect.stringMatching(`^alyx: cannot open the database ${path}: `),
      '',
    ]);
    expect(stderr).toMatch(told);
    expect(code).toBe(1);
  }
}

it('a database that is none is told by every command in one message', async () => {
  writeFileSync(path, 'no database '.repeat(1000));
  await expectTold(/file is not a database; .*check database\.path, or restore a backup/);
});

describe.skipIf(lacks('a disk that no database can be written to', 'mount'))('a disk', () => {
  const mount = (options: string) => execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'alyx-test', data]);
  afterEach(() => execFileSync('umount', [data]));

  it('that is read-only is told by every command in one message', async () => {
    mount('size=4m');
    new Database({ path, durable: false }).close();
    execFileSync('mount', ['-o', 'remount,ro', data]);
    await expectTold(/check database\.path, .*may write .*not mounted read-only/);
  });

  it.each([0, 64, 128])('that has room for no more than %i KiB is told so, too', async (room) => {
    mount('size=1m');
    writeFileSync(join(data, 'other'), Buffer.alloc((1024 - room) * 1024));
    await expectTold(/make room on its disk|its disk may be full/);
  });

  it('that becomes full while tables are made for the collections is told, too', async () => {
    mount('size=1m');
    writeFileSync(join(data, 'other'), Buffer.alloc((1024 - 400) * 1024));
    const collections = Array.from(
      { length: 100 },
      (_, number) => `  c${number}: { fields: { id: { type: uuid, primary: true, default: auto } } }\n`,
    );
    const schema = `version: 1\n${openBucket()}collections:\n${collections.join('')}`;
    writeFileSync(join(temp.path, 'schema.yaml'), schema);
    const { code, stderr } = await runAlyx(temp.path, 'serve', '--port', '0');
    expect(stderr).toBe('alyx: The disk that holds the database is full.\n');
    expect(code).toBe(1);
  });
});

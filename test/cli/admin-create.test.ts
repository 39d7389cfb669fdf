import { Readable, Writable } from 'node:stream';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Terminal } from '../../src/cli/command.ts';
import { run } from '../../src/cli/run.ts';
import { logIn, PASSWORD, setUp } from '../support/accounts-api.ts';
import { openBucket } from '../support/files-api.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';
import { startApp } from '../support/test-app.ts';

let temp: TempFolder;
beforeEach(() => {
  temp = makeTempFolder();
  const database = join(temp.path, 'data', 'alyx.db');
  writeFileSync(
    join(temp.path, 'alyx.yml'),
    `database: { path: ${database} }\nstorage: { durable: false }\n`,
  );
});
afterEach(() => temp.remove());

/** Runs `alyx admin create …`; `typed` stands in for a keyboard, `piped` for what comes through a pipe. */
async function adminCreate(
  args: readonly string[],
  { typed, piped = '' }: { typed?: string; piped?: string } = {},
) {
  let stdout = '';
  let stderr = '';
  const sink = (add: (text: string) => void) =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        add(chunk.toString());
        done();
      },
    }) as unknown as NodeJS.WriteStream;
  const stdin = Readable.from([typed ?? piped]) as unknown as NodeJS.ReadStream;
  if (typed !== undefined) Object.assign(stdin, { isTTY: true, setRawMode: () => stdin });
  const terminal: Terminal = {
    stdout: sink((text) => (stdout += text)),
    stderr: sink((text) => (stderr += text)),
    stdin,
    env: {},
    cwd: () => temp.path,
  };
  const code = await run(['admin', 'create', ...args], terminal);
  return { code, stdout, stderr };
}

const ROOT = ['--email', 'Root@Example.com'];

describe('alyx admin create', () => {
  it('makes the first admin beside a running server, whose set-up link ends with it', async () => {
    const app = await startApp({ schema: openBucket(), folder: temp.path });
    const made = await adminCreate([...ROOT, '--password', PASSWORD]);
    expect(made).toEqual({ code: 0, stdout: 'root@example.com is an admin now.\n', stderr: '' });
    expect((await logIn(app, 'root@example.com')).user).toMatchObject({ role: 'admin', verified: true });
    await expect(setUp(app, 'eve@example.com')).rejects.toThrow('401');
    await app.close();
  });

  it('makes further ones, and reads the password from a pipe', async () => {
    expect(await adminCreate(ROOT, { piped: `${PASSWORD}\n` })).toMatchObject({ code: 0 });
    expect(await adminCreate(['--email', 'two@example.com'], { piped: PASSWORD })).toMatchObject({ code: 0 });
    expect(await adminCreate(ROOT, { piped: PASSWORD })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'alyx: There is a user with this e-mail address already.\n',
    });
  });

  it('asks twice at a keyboard, and shows nothing of what is typed', async () => {
    const made = await adminCreate(ROOT, { typed: `${PASSWORD}\n${PASSWORD}\n` });
    expect(made).toEqual({
      code: 0,
      stdout: 'root@example.com is an admin now.\n',
      stderr: 'Password: \nAgain: \n',
    });
    const differing = await adminCreate(['--email', 'two@example.com'], {
      typed: `${PASSWORD}\nanother one\n`,
    });
    expect(differing).toMatchObject({ code: 1, stdout: '' });
    expect(differing.stderr).toContain('the two passwords are not the same');
  });

  it.each([
    [[], '', 2, '--email is missing'],
    [ROOT, '', 1, 'no password was given'],
    [ROOT, 'short\n', 1, 'The password must be at least 8 characters long.'],
    [['--email', 'root'], PASSWORD, 1, 'The email must be an e-mail address.'],
    [[...ROOT, '--role', 'admin'], PASSWORD, 2, "Unknown option '--role'"],
  ])('%j with "%s" ends with %i and says what is wrong', async (args, piped, code, message) => {
    const made = await adminCreate(args, { piped });
    expect(made).toMatchObject({ code, stdout: '' });
    expect(made.stderr).toContain(message);
  });
});

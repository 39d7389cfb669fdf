import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Alyx, MAIN, writeProject } from '../support/alyx.ts';
import { openBucket } from '../support/files-api.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';

let temp: TempFolder;
beforeEach(() => (temp = makeTempFolder()));
afterEach(() => temp.remove());

const alyx = (...args: string[]) => Alyx.run(args, { cwd: temp.path });

describe('alyx', () => {
  it('lists its commands when asked, and when it is given none', async () => {
    const help = await alyx('--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const name of ['serve', 'check', 'init', 'token create', 'admin create', 'generate sdk']) {
      expect(help.stdout).toContain(`  alyx ${name} `);
    }
    expect(await alyx()).toEqual({ ...help, code: 2 });
    expect((await alyx('--version')).stdout).toMatch(/^alyx \d+\.\d+\.\d+\n$/);
    expect((await alyx('serve', '--help')).stdout).toContain('usage: alyx serve [--config alyx.yml]');
  });

  it('says what is wrong with its usage, and exits with 2', async () => {
    const { code, stdout, stderr } = await alyx('serve', '--port', 'eighty');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      'alyx: --port takes a number from 0 to 65535, not "eighty"\n' +
        'usage: alyx serve [--config alyx.yml] [--schema schema.yaml] [--port N] [--host H]\n',
    );
  });
});

describe('alyx init', () => {
  it('writes a project that passes alyx check, and overwrites nothing', async () => {
    const made = await alyx('init', 'shop');
    expect(made).toEqual({
      code: 0,
      stderr: '',
      stdout: `wrote shop/alyx.yml\nwrote shop/schema.yaml\n\nStart the server with: cd shop && node ${MAIN} serve\n`,
    });
    expect(await Alyx.run(['check'], { cwd: join(temp.path, 'shop') })).toEqual({
      code: 0,
      stdout: 'alyx.yml and schema.yaml are fine: 2 buckets, 1 collection, 14 rules\n',
      stderr: '',
    });
    expect((await alyx('init', 'shop')).stdout).toContain('kept shop/alyx.yml, which was there already\n');
  });

  it('says why it cannot write', async () => {
    const { code, stderr } = await alyx('init', '/dev/null/alyx');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^alyx: cannot write to \/dev\/null\/alyx: .*\n$/);
  });
});

describe('alyx generate sdk', () => {
  it('writes a client that uploads in chunks of the configured size', async () => {
    writeProject(temp.path, 'collections: {}\n', 'storage: { tus: { chunk_size: 1MiB } }\n');
    expect(await alyx('generate', 'sdk', '--out', 'client')).toEqual({
      code: 0,
      stdout: 'wrote the SDK to client; client/README.md tells how to use it\n',
      stderr: '',
    });
    expect(readFileSync(join(temp.path, 'client/index.js'), 'utf8')).toContain('chunkSize: 1048576');
  });
});

describe('alyx check', () => {
  it('shows every problem with its place, a caret and a hint, and exits with 1', async () => {
    writeProject(temp.path, 'buckets: { docs: { backend: local, rulez: {} } }\n', 'server: { prot: 1 }\n');
    expect(await alyx('check')).toEqual({
      code: 1,
      stdout: '',
      stderr: `alyx.yml:1:11 server.prot is not a known key
  1 | server: { prot: 1 }
                ^
  hint: did you mean "port"?

schema.yaml:2:36 buckets.docs.rulez is not a known key
  2 | buckets: { docs: { backend: local, rulez: {} } }
                                         ^
  hint: did you mean "rules"?

2 problems
`,
    });
  });

  it('takes other files by name', async () => {
    writeProject(temp.path, openBucket());
    writeFileSync(join(temp.path, 'broken.yml'), 'server: [');
    expect((await alyx('check')).code).toBe(0);
    expect((await alyx('check', '--config', 'broken.yml')).stderr).toContain('broken.yml:1');
  });
});

describe('alyx token create', () => {
  it('prints the token and nothing else', async () => {
    writeProject(temp.path, openBucket());
    const { code, stdout, stderr } = await alyx('token', 'create', '--user', 'me', '--ttl', '90s');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [, claims = ''] = stdout.split('.');
    const { iat, exp, ...rest } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {
      iat: number;
      exp: number;
    };
    expect(rest).toMatchObject({ sub: 'me', role: 'user', iss: 'alyx' });
    expect(exp - iat).toBe(90);
  });
});

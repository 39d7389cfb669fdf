import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lacks } from './support/machine.ts';
import { blocks } from './support/readme.ts';
import { ServerProcess } from './support/server-process.ts';
import { makeTempFolder } from './support/temp-folder.ts';

const ROOT = resolve(import.meta.dirname, '..');
const read = (name: string) => readFileSync(resolve(ROOT, name), 'utf8');

const folder = makeTempFolder();
let server: ServerProcess;
beforeAll(async () => {
  const schema = read('schema.yaml').replace(/^version: 1$/m, '');
  server = await ServerProcess.start({ folder: folder.path, config: read('alyx.yml'), schema });
});
afterAll(async () => {
  await server.kill();
  folder.remove();
});

/** Fails at the first request that is refused, and says which. */
const PRELUDE = `
set -euo pipefail
curl() { command curl -sS --fail-with-body --max-time 30 "$@" || { echo "refused: curl $*" >&2; exit 1; }; }
npx() { shift; "$NODE" --disable-warning=ExperimentalWarning "$MAIN" "$@"; }
`;

it.skipIf(lacks("the README's curl lines", 'curl'))(
  'every curl in the README works, in the order in which it stands there',
  { timeout: 180_000 },
  () => {
    const commands = blocks('sh').filter((block) => block.includes('$API'));
    const script = [PRELUDE, ...commands]
      .join('\n')
      .replace('API=http://127.0.0.1:8080', `API=http://127.0.0.1:${server.port}`);
    const { status, stderr } = spawnSync('bash', ['--norc', '-c', script], {
      cwd: folder.path,
      env: { PATH: process.env['PATH'], NODE: process.execPath, MAIN: resolve(ROOT, 'src/main.ts') },
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  },
);

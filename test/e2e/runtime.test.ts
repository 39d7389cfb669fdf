import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runtimeProblem } from '../../src/cli/runtime.ts';
import { Alyx, writeProject } from '../support/alyx.ts';
import { openBucket } from '../support/files-api.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';

let temp: TempFolder;
beforeEach(() => (temp = makeTempFolder()));
afterEach(() => temp.remove());

describe('the version of Node', () => {
  it.each(['22.15.0', '22.16.1', '24.0.0', '26.1.0'])('%s will do', (version) => {
    expect(runtimeProblem(version)).toBeNull();
  });

  it.each(['18.20.0', '20.20.2', '22.14.9'])('%s will not, and what to do is said', (version) => {
    expect(runtimeProblem(version)).toContain(`Node ${version} is too old`);
    expect(runtimeProblem(version)).toContain('npm ci');
  });
});

/** A Node on this machine that is too old for Alyx: the commonest case for whoever clones the repository. */
const OLD_NODE = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => {
  try {
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' });
    return runtimeProblem(version.trim().slice(1)) !== null;
  } catch {
    return false;
  }
});

describe.skipIf(OLD_NODE === undefined)('under a Node that is too old', () => {
  const node = OLD_NODE ?? '';
  const options = () => ({ cwd: temp.path, node });

  it('runs on under the one that npm ci brought, and hands on output, exit codes and signals', async () => {
    writeProject(temp.path, openBucket());
    expect((await Alyx.run(['--version'], options())).stdout).toMatch(/^alyx /);
    expect((await Alyx.run(['sevre'], options())).code).toBe(2);
    const alyx = await Alyx.serve(options());
    expect((await fetch(`${alyx.url}/health/ready`)).status).toBe(200);
    expect(await alyx.stop()).toBe(0);
  });

  it('dies with its launcher, even where no signal can be handed on', async () => {
    writeProject(temp.path, openBucket());
    const alyx = await Alyx.serve(options());
    alyx.signal('SIGKILL');
    expect(await alyx.exit()).toBe('SIGKILL');
    await (await Alyx.serve(options())).stop();
  });

  it('says what to do where npm ci brought none', async () => {
    const env = { ALYX_RELAUNCHED: '1' };
    const { code, stderr } = await Alyx.run(['serve'], { ...options(), env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^alyx: Node \S+ is too old, 22\.15 or newer is needed\./);
  });
});

it("gives V8's young generation 4 MiB from the start, in the process that was started", async () => {
  writeProject(temp.path, openBucket());
  const alyx = await Alyx.serve({ cwd: temp.path });
  const metrics = await (await fetch(`${alyx.url}/metrics`)).text();
  // Two halves, of which one is in use.
  expect(metrics).toMatch(/heap_space_size_total_bytes\{space="new"\} 8388608\n/);
  expect(await alyx.stop()).toBe(0);
});

it('calls the file system with ten threads, or as many as UV_THREADPOOL_SIZE says', async () => {
  writeProject(temp.path, openBucket());
  const threads = async (env: Readonly<Record<string, string>>) => {
    const alyx = await Alyx.serve({ cwd: temp.path, env });
    const count = readdirSync(`/proc/${alyx.pid}/task`).length;
    await alyx.stop();
    return count;
  };
  expect((await threads({})) - (await threads({ UV_THREADPOOL_SIZE: '1' }))).toBe(9);
});

it.each([
  [{}, '4'],
  [{ MALLOC_ARENA_MAX: '1' }, '1'],
])('shares stores of freed memory among its threads: environment %j, %s of them', async (env, count) => {
  writeProject(temp.path, openBucket());
  const alyx = await Alyx.serve({ cwd: temp.path, env });
  // What the program was started with, as the C library saw it.
  const seen = readFileSync(`/proc/${alyx.pid}/environ`, 'utf8').split('\0');
  expect(seen).toContain(`MALLOC_ARENA_MAX=${count}`);
  await alyx.stop();
});

import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Terminal } from '../../src/cli/command.ts';
import { run } from '../../src/cli/run.ts';

/** Runs a command that must not get as far as touching anything. */
async function alyx(...args: readonly string[]) {
  const said = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof said) =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        said[name] += chunk.toString();
        done();
      },
    }) as unknown as NodeJS.WriteStream;
  const nowhere = '/nowhere';
  const terminal: Terminal = {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    stdin: process.stdin,
    env: {},
    cwd: () => nowhere,
  };
  const code = await run(args, terminal);
  return { code, ...said };
}

describe('wrong usage', () => {
  it.each([
    [['sevre'], 'there is no command "sevre"'],
    [['token'], 'there is no command "token"'],
    [['serve', '--prot', '1'], "Unknown option '--prot'"],
    [['serve', '--port', '65536'], '--port takes a number from 0 to 65535, not "65536"'],
    [['serve', '--port', ''], '--port takes a number from 0 to 65535'],
    [['serve', '--port', '1e3'], '--port takes a number from 0 to 65535'],
    [['serve', 'now'], 'now'],
    [['check', '--config'], '--config'],
    [['token', 'create'], '--user is missing'],
    [['token', 'create', '--user', 'x', '--ttl', 'soon'], '--ttl takes a time such as 15m, not "soon"'],
    [['token', 'create', '--user', 'x', '--ttl', '0s'], '--ttl takes a time'],
    [['init', 'a', 'b'], 'unexpected argument "b"'],
  ])('%j is told, with how to use it, and exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await alyx(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^alyx: /);
    expect(stderr).toContain(message);
    expect(stderr).toContain('usage: alyx');
  });
});

import { Readable, Writable } from 'node:stream';
import { run } from '../../src/cli/run.ts';

/** Runs `alyx …` in this process, in that folder, with no keyboard. */
export async function runAlyx(folder: string, ...args: readonly string[]) {
  const output = { stdout: '', stderr: '' };
  const sink = (name: keyof typeof output) =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        output[name] += chunk.toString();
        done();
      },
    }) as unknown as NodeJS.WriteStream;
  const code = await run(args, {
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    stdin: Readable.from([]) as unknown as NodeJS.ReadStream,
    env: {},
    cwd: () => folder,
  });
  return { code, ...output };
}

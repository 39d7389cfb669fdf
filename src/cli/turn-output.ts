import { pino, type DestinationStream } from 'pino';

/**
 * Standard output for a log: what is said in one turn of the event loop goes out in one write. Nothing waits for more
 * to come, so that a crash takes at most what was said in the turn it happened in.
 */
export function turnOutput(): DestinationStream {
  const output = pino.destination({ dest: 1, sync: true });
  let lines = '';
  const flush = (): void => {
    if (lines !== '') output.write(lines);
    lines = '';
  };
  process.once('exit', flush);
  return {
    write(line) {
      if (lines === '') setImmediate(flush);
      lines += line;
    },
  };
}

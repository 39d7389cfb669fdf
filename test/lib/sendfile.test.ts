import { closeSync, openSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bytesSent, sendfile } from '../../src/lib/sendfile.ts';
import { lacksFunction } from '../support/machine.ts';
import { descriptorsOf } from '../support/process-figures.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const SIZE = 64 * 2 ** 20;
const content = Buffer.alloc(SIZE, 'what lies in the file; ');
const temp = makeTempFolder();

let server: Server;
let file: number;
beforeAll(async () => {
  writeFileSync(join(temp.path, 'file'), content);
  file = openSync(join(temp.path, 'file'), 'r');
  server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => {
  closeSync(file);
  server.close();
  temp.remove();
});

interface Connection {
  readonly ours: Socket;
  readonly theirs: Socket;
  readonly received: Buffer[];
}

async function connection(): Promise<Connection> {
  const theirs = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [ours] = (await once(server, 'connection')) as [Socket];
  ours.on('error', () => undefined);
  const received: Buffer[] = [];
  return { ours, theirs: theirs.on('data', (chunk: Buffer) => received.push(chunk)), received };
}

const missing = await lacksFunction(
  'sendfile',
  'int64 sendfile(int out, int file, int64 *offset, size_t count)',
);

describe.skipIf(missing)('sendfile', () => {
  it('moves bytes from where it is told, and counts them', async () => {
    const { ours, theirs, received } = await connection();
    expect(await sendfile(ours, file, 1_000, 50_000)).toBe(50_000);
    ours.end();
    await once(theirs, 'close');
    expect(Buffer.concat(received).equals(content.subarray(1_000, 51_000))).toBe(true);
    expect(bytesSent(ours)).toBe(50_000);
  });

  it('moves no more than there is room for, and nothing when there is none', async () => {
    const { ours, theirs, received } = await connection();
    theirs.pause();
    let sent = 0;
    for (let more = -1; more !== 0; sent += more) more = await sendfile(ours, file, sent, SIZE - sent);
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(SIZE);
    theirs.resume();
    ours.end();
    await once(theirs, 'close');
    expect(Buffer.concat(received).equals(content.subarray(0, sent))).toBe(true);
  });

  it('moves nothing behind the end of the file', async () => {
    const { ours, theirs } = await connection();
    expect(await sendfile(ours, file, SIZE - 10, 100)).toBe(10);
    expect(await sendfile(ours, file, SIZE, 100)).toBe(0);
    theirs.destroy();
  });

  it('moves nothing into a connection that is closed, by us or by them', async () => {
    const closed = await connection();
    closed.ours.destroy();
    expect(await sendfile(closed.ours, file, 0, 100)).toBe(0);
    const gone = await connection();
    gone.theirs.resetAndDestroy();
    await vi.waitFor(async () => expect(await sendfile(gone.ours, file, 0, 100)).toBe(0));
  });

  it('keeps to its connection when that is closed at once, and leaves no descriptor', async () => {
    const before = descriptorsOf(process.pid);
    for (let n = 0; n < 100; n += 1) {
      const { ours, received } = await connection();
      const sending = sendfile(ours, file, 0, SIZE);
      await Promise.resolve(); // By then it has a descriptor.
      ours.destroy();
      const other = await connection();
      await sending;
      other.ours.end('what the other one was sent');
      await once(other.theirs, 'close');
      expect(String(Buffer.concat(other.received))).toBe('what the other one was sent');
      const got = Buffer.concat(received);
      expect(got.equals(content.subarray(0, got.length))).toBe(true);
    }
    await vi.waitFor(() => expect(descriptorsOf(process.pid)).toBeLessThanOrEqual(before));
  });
});

// The other half of the above: one of the two always runs.
it.skipIf(!missing)('does nothing where the system is another', async () => {
  const { ours } = await connection();
  expect(await sendfile(ours, file, 0, 100)).toBe(0);
});

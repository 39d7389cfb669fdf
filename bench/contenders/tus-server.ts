import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../test/support/free-port.ts';
import { startChild } from '../child.ts';
import { TUS_SERVER } from '../names.ts';
import type { Contender, Stored } from '../server.ts';

const PROTOCOL = { 'tus-resumable': '1.0.0' };
const pathOf = ({ headers }: Stored) => new URL(String(headers['location']), 'http://tus').pathname;

/** The reference implementation of resumable uploads in Node. */
export const tusServer: Contender = {
  name: TUS_SERVER,
  missing: () =>
    existsSync(join(import.meta.dirname, '../node_modules/@tus/server'))
      ? null
      : 'it is not installed (make bench does that)',
  async start(folder) {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const script = join(import.meta.dirname, 'tus-server-process.mjs');
    const child = await startChild(process.execPath, [script, String(port), folder], { folder, origin });
    return {
      ...child,
      origin,
      tus: () => ({ method: 'POST', path: '/files', headers: PROTOCOL }),
      ranges: false,
      download: (stored) => ({ method: 'GET', path: pathOf(stored) }),
      metadata: (stored) => ({ method: 'HEAD', path: pathOf(stored), headers: PROTOCOL }),
    };
  },
};

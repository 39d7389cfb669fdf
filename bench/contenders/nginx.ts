import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../test/support/free-port.ts';
import { startChild } from '../child.ts';
import type { Contender, Stored } from '../server.ts';

const get = ({ name }: Stored) => ({ method: 'GET', path: `/${name}` });

/** nginx as a WebDAV store: PUT, and static GET. It hashes nothing and knows no rows. */
export const nginx: Contender = {
  name: 'nginx',
  missing: () =>
    spawnSync('nginx', ['-v']).status === 0
      ? null
      : 'it is not installed (apt-get install --no-install-recommends nginx)',
  async start(folder) {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    mkdirSync(join(folder, 'files'));
    writeFileSync(join(folder, 'nginx.conf'), configuration(folder, port));
    const child = await startChild('nginx', ['-c', join(folder, 'nginx.conf')], { folder, origin });
    return {
      ...child,
      origin,
      putRaw: (file) => ({ method: 'PUT', path: `/${file}` }),
      download: get,
    };
  },
};

function configuration(folder: string, port: number): string {
  return `
daemon off;
user root;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 512; }
http {
  access_log ${folder}/access.log;
  client_body_temp_path ${folder}/body;
  client_max_body_size 0;
  sendfile on;
  keepalive_requests 1000000;
  server {
    listen 127.0.0.1:${port};
    root ${folder}/files;
    location / { dav_methods PUT; create_full_put_path on; }
  }
}
`;
}

import type { Contender, Server, Stored } from '../server.ts';
import { startAlyx } from './alyx.ts';
import { ACCESS, BUCKET, REGION, S3_SERVER, useS3Server } from './s3-place.ts';

/** Alyx with its bytes in S3. What counts as its CPU and memory is its own; the S3 server's is not. */
export const alyxOnS3: Contender = {
  name: `Alyx on ${S3_SERVER}`,
  missing: () => null,
  async start(folder) {
    const s3 = await useS3Server();
    const backend =
      `{ type: s3, endpoint: "${s3.endpoint}", region: ${REGION}, bucket: ${BUCKET}, force_path_style: true, ` +
      `access_key: ${ACCESS.accessKeyId}, secret_key: ${ACCESS.secretAccessKey} }`;
    return stopAfter(await startAlyx(folder, { bucket: 'open', durable: true, backend }), s3.stop);
  },
};

/** The same S3 server, asked without signatures: the least that one could do without Alyx. */
export const s3Itself: Contender = {
  name: `${S3_SERVER} itself`,
  missing: () => null,
  async start() {
    const { endpoint, pid, stop } = await useS3Server();
    const path = (name: string) => `/${BUCKET}/${name}`;
    return {
      pid,
      origin: endpoint,
      stop,
      putRaw: (name) => ({ method: 'PUT', path: path(name) }),
      download: ({ name }: Stored) => ({ method: 'GET', path: path(name) }),
    };
  },
};

function stopAfter(server: Server, more: () => Promise<void>): Server {
  return {
    ...server,
    async stop() {
      await server.stop();
      await more();
    },
  };
}

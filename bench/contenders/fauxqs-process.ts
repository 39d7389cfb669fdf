// An S3 server in a process of its own, so that its work is not the load generator's.
import { startFauxqs } from 'fauxqs';

await startFauxqs({ port: Number(process.argv[2] ?? '0'), logger: false });

import type { S3Server } from './s3-server.ts';

/** The server's bucket as a backend in alyx.yml, on one line; `endpoint` where something stands in between. */
export function s3Yaml(server: S3Server, bucket: string, endpoint = server.endpoint): string {
  const { region, accessKey, secretKey } = server.config(bucket);
  return `{ type: s3, endpoint: "${endpoint}", region: ${region}, bucket: ${bucket}, force_path_style: true, access_key: "${String(accessKey)}", secret_key: "${String(secretKey)}" }`;
}

/** A whole alyx.yml for these backends, written as `name: { … }`. */
export function configFor(secret: string, ...backends: readonly string[]): string {
  return `
server: { port: 0 }
database: { path: ./data/alyx.db }
auth: { jwt: { secret: ${secret} } }
storage:
  durable: false
  backends:
${backends.map((backend) => `    ${backend}\n`).join('')}  tus: { path: ./data/uploads }
`;
}

import { join } from 'node:path';
import { createTokens } from '../../../src/auth/tokens.ts';
import type { Config } from '../../../src/config/config.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { loadSchema } from '../../../src/schema/load-schema.ts';
import type { Schema } from '../../../src/schema/schema.ts';
import { OPEN_RULES } from '../files-api.ts';
import { filesBelow } from '../leftovers.ts';
import { OPEN } from '../records-api.ts';
import type { S3Server } from '../s3-server.ts';
import { s3Yaml } from '../s3-yaml.ts';
import { TEST_SECRET } from '../test-app.ts';

/** A bucket of an S3 server as one of the project's backends. */
export interface S3Place {
  readonly server: S3Server;
  readonly bucket: string;
}

export interface ProjectOptions {
  readonly folder: string;
  readonly durable: boolean;
  readonly s3?: S3Place | undefined;
}

/** What sweeps work on: a bucket for every way in which bytes are stored, and records that hold files. */
export interface Project {
  readonly folder: string;
  readonly configText: string;
  /** Without its `version` line. */
  readonly schemaText: string;
  /** The same before a field with an index was added. */
  readonly earlierSchemaText: string;
  readonly config: Config;
  readonly schema: Schema;
  readonly adminToken: string;
  /** Names of all objects, `backend/bucket/key`, as they lie there: past Alyx. */
  stored(): Promise<string[]>;
}

export function openProject({ folder, durable, s3 }: ProjectOptions): Project {
  const configText = configFor(durable, s3);
  const schemaText = schemaFor(s3 !== undefined);
  const { config } = loadConfig({ text: configText, file: join(folder, 'alyx.yml'), env: {} });
  const schema = loadSchema({ text: `version: 1\n${schemaText}`, file: 'schema.yaml', config });
  const admin = { id: 'root', email: 'root@example.com', role: 'admin', verified: true, metadata: {} };
  const adminToken = createTokens(config.auth.jwt).sign(admin, 24 * 3_600_000);
  const stored = async () => [...storedInFolders(folder), ...(await storedInS3(s3))].sort();
  const earlierSchemaText = schemaText.replace(NEW_FIELD, '');
  return { folder, configText, schemaText, earlierSchemaText, config, schema, adminToken, stored };
}

const configFor = (durable: boolean, s3: S3Place | undefined): string => `
server: { port: 0 }
database: { path: ./data/alyx.db }
auth: { jwt: { secret: ${TEST_SECRET} } }
storage:
  durable: ${durable}
  backends:
    local: { type: filesystem, path: ./data/storage/local }
    other: { type: filesystem, path: ./data/storage/other }
${s3 === undefined ? '' : `    s3: ${s3Yaml(s3.server, s3.bucket)}\n`}  tus: { path: ./data/uploads }
`;

const REMOTE = `
  remote: { backend: s3, rules: ${OPEN_RULES} }
  remote-packed: { backend: s3, compression: zstd, rules: ${OPEN_RULES} }`;

const NEW_FIELD = `
      note: { type: string, nullable: true, index: true }`;

const schemaFor = (remote: boolean): string => `
buckets:
  docs: { backend: local, rules: ${OPEN_RULES} }
  packed: { backend: local, compression: zstd, rules: ${OPEN_RULES} }
  zipped: { backend: local, compression: gzip, rules: ${OPEN_RULES} }${remote ? REMOTE : ''}
collections:
  posts:
    fields:
      id: { type: uuid, primary: true, default: auto }
      cover: { type: file, nullable: true, file: { bucket: docs, onDelete: cascade } }
      gallery: { type: "file[]", file: { bucket: docs, onDelete: cascade } }${NEW_FIELD}
    rules: ${OPEN}
`;

function storedInFolders(folder: string): string[] {
  return filesBelow(join(folder, 'data/storage')).filter((path) => !path.includes('.alyx-tmp'));
}

async function storedInS3(s3: S3Place | undefined): Promise<string[]> {
  if (s3 === undefined) return [];
  const names: string[] = [];
  for (let token: string | undefined, more = true; more;) {
    const page = await s3.server.client.listObjectsV2({ Bucket: s3.bucket, ContinuationToken: token });
    for (const { Key } of page.Contents ?? []) names.push(`s3/${String(Key)}`);
    token = page.NextContinuationToken;
    more = token !== undefined;
  }
  return names;
}

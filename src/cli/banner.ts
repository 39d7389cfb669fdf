import type { Config } from '../config/config.ts';
import type { Schema } from '../schema/schema.ts';
import { describeBackend } from './backend-option.ts';

export interface BannerFacts {
  readonly config: Config;
  readonly schema: Schema;
  /** Where the server really listens: port 0 has become a number. */
  readonly port: number;
  /** Where a random token secret was written just now. */
  readonly secretCreatedAt: string | null;
  /** Makes the first admin; null when there is one. */
  readonly setupToken: string | null;
  /** A command on this server as it is to be typed here: what stands before its arguments, and after them. */
  readonly command: (args: string) => string;
}

/** What the operator sees once the server listens: where everything is. */
export function banner(facts: BannerFacts): string {
  const { config, schema, port, secretCreatedAt, setupToken, command } = facts;
  const origin = serverOrigin(config, port);
  const rows: [string, string][] = [
    ['API', `${origin}/api/files/{bucket}`],
    ...onlyIf(config.docs.enabled, 'API docs', `${origin}/api/docs`),
    ...onlyIf(config.adminUi.enabled, 'Admin UI', `${origin}${config.adminUi.path}`),
    // A proxy keeps it to itself, as README has it do.
    ['Health', `${localOrigin(config, port)}/health/ready`],
    ['Database', config.database.path],
    ...[...schema.buckets.values()].map((bucket): [string, string] => [
      `Bucket ${bucket.name}`,
      backendOf(config, bucket.backend),
    ]),
    ['Token', command('token create --user me --role admin')],
  ];
  if (secretCreatedAt !== null) rows.push(['Secret', `made, and kept in ${secretCreatedAt}`]);
  if (setupToken !== null) rows.push(['First admin', firstAdmin(facts, origin, setupToken)]);
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`);
  return `\n  Alyx is running.\n\n${lines.join('\n')}\n\n`;
}

function onlyIf(enabled: boolean, ...row: [string, string]): [string, string][] {
  return enabled ? [row] : [];
}

/** The token stands behind the "#", which browsers keep to themselves: no log and no proxy ever sees it. */
function firstAdmin(
  { config: { adminUi }, command }: BannerFacts,
  origin: string,
  setupToken: string,
): string {
  if (!adminUi.enabled) return command('admin create --email you@example.com');
  return `${origin}${adminUi.path}/#setup=${setupToken}`;
}

/** The address to reach the server under from anywhere, as far as it knows itself. */
function serverOrigin(config: Config, port: number): string {
  return config.server.publicUrl ?? localOrigin(config, port);
}

/** The address to reach the server under from this machine, past any proxy. */
function localOrigin({ server: { host } }: Config, port: number): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

function backendOf({ storage }: Config, name: string): string {
  const backend = storage.backends[name];
  return backend === undefined ? name : `${name} (${describeBackend(backend)})`;
}

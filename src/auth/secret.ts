import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, linkSync, writeFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../config/config.ts';
import { OperatorError } from '../lib/errors.ts';

export interface ResolvedSecret {
  readonly secret: string;
  /** Where a new random secret was written just now; null when there was one already. */
  readonly createdAt: string | null;
}

/**
 * The secret that signs tokens: the configured one, or a random one kept beside the database (mode 0600), so that
 * tokens and signed URLs outlive a restart.
 */
export function resolveSecret(config: Config): ResolvedSecret {
  if (config.auth.jwt.secret !== '') return { secret: config.auth.jwt.secret, createdAt: null };
  const path = secretPath(config);
  try {
    return readSecret(path) ?? createSecret(path);
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperatorError(
      `cannot keep the token secret in ${path}: ${reason}; set auth.jwt.secret instead`,
      {
        cause: error,
      },
    );
  }
}

/** Where the random secret is kept that stands in for a configured one. */
export function secretPath({ database }: Config): string {
  return join(dirname(database.path), 'jwt-secret');
}

function readSecret(path: string): ResolvedSecret | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  if (text.length < 32) throw new OperatorError(`${path} holds no usable secret; remove it to get a new one`);
  return { secret: text, createdAt: null };
}

function createSecret(path: string): ResolvedSecret {
  mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(48).toString('base64url')}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, path);
  } catch (error) {
    // Two processes started at once: the other one's secret is the secret.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const kept = readSecret(path);
  if (kept === null) throw new OperatorError(`${path} vanished while it was written; try again`);
  return { secret: kept.secret, createdAt: path };
}

import { AppError } from '../lib/errors.ts';
import { BackendError } from '../storage/backend-error.ts';

export interface HealthCheck {
  readonly name: string;
  readonly status: 'ok' | 'unavailable';
  readonly error?: string;
}

/** Whoever asks how things are wants an answer, also when something hangs. */
const PATIENCE_MS = 5_000;

/** Whether `ping` resolves in time. Never rejects. */
export async function checkHealth(name: string, ping: () => Promise<void>): Promise<HealthCheck> {
  const { promise: late, resolve } = Promise.withResolvers<HealthCheck>();
  const timer = setTimeout(() => {
    resolve({ name, status: 'unavailable', error: `does not answer within ${PATIENCE_MS / 1000} s` });
  }, PATIENCE_MS);
  try {
    return await Promise.race([answer(name, ping), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function answer(name: string, ping: () => Promise<void>): Promise<HealthCheck> {
  try {
    await ping();
    return { name, status: 'ok' };
  } catch (error) {
    // An AppError's message is made for people; any other text could tell internals to whoever asks.
    const reason = error instanceof AppError ? error.message : 'does not answer';
    return { name, status: 'unavailable', error: error instanceof BackendError ? error.reason : reason };
  }
}

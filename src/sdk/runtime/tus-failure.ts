import { AlyxError } from './alyx-error.ts';
import { errorFrom } from './transport.ts';

/** The part of tus-js-client's DetailedError that is looked at. */
interface TusFailure extends Error {
  readonly originalResponse?: TusResponse | null;
  readonly causingError?: Error | null;
}

export interface TusResponse {
  getStatus(): number;
  getHeader(name: string): string | undefined;
  getBody(): string;
}

export function toAlyxError(failure: TusFailure): AlyxError {
  const response = failure.originalResponse ?? null;
  if (response !== null) {
    return errorFrom(response.getStatus(), response.getBody(), response.getHeader('Retry-After') ?? null);
  }
  if (failure.causingError instanceof AlyxError) return failure.causingError;
  return new AlyxError('NETWORK_ERROR', 'The connection broke, and could not be made again.', {
    cause: failure.causingError ?? failure,
  });
}

/** Whether another attempt could go better: the connection broke, or what is in the way is transient. */
export function isTransient(failure: TusFailure): boolean {
  const response = failure.originalResponse ?? null;
  if (response === null) return true;
  const status = response.getStatus();
  if (status === 409) return toAlyxError(failure).code === 'OFFSET_MISMATCH';
  return status === 423 || (status >= 500 && status !== 507);
}

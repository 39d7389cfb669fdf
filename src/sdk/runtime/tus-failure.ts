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

/** Thrown where an upload must not go on, because the server has something else than the beginning of the file. */
export class OtherContent extends Error {}

export function isOtherContent({ causingError }: TusFailure): boolean {
  return causingError instanceof OtherContent;
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
  if (isOtherContent(failure)) return false;
  const response = failure.originalResponse ?? null;
  if (response === null) return true;
  const status = response.getStatus();
  if (status === 409) return toAlyxError(failure).code === 'OFFSET_MISMATCH';
  return status === 423 || (status >= 500 && status !== 507);
}

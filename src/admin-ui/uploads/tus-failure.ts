import { DetailedError } from 'tus-js-client';
import { ApiError, parseEnvelope } from '../api/api-error.ts';

/** The server's own sentence, where there is one. */
export function toError(error: Error | DetailedError): Error {
  if (!(error instanceof DetailedError)) return error;
  const { originalResponse: response, causingError: cause } = error;
  if (response !== null) return new ApiError(response.getStatus(), parseEnvelope(response.getBody()));
  if (cause instanceof ApiError) return cause;
  return new Error('The connection broke; resume when it is back.', { cause: error });
}

/** Whether the same request may do better later. */
export function isTransient(error: Error): boolean {
  if (!(error instanceof ApiError)) return true;
  const { status, code } = error;
  if (status === 409) return code === 'OFFSET_MISMATCH';
  if (status === 507) return false;
  return status === 401 || status === 423 || status === 429 || status >= 500;
}

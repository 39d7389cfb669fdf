/** Every code an error response can carry; CONTRACT section 4. `http/status.ts` gives each its status. */
export const ERROR_CODES = [
  'VALIDATION_ERROR',
  'INVALID_JSON',
  'INVALID_MULTIPART',
  'FILE_REQUIRED',
  'INVALID_NAME',
  'INVALID_PATH',
  'INVALID_METADATA',
  'INVALID_RULE',
  'INVALID_QUERY',
  'INVALID_EXPIRY',
  'INVALID_OPERATION',
  'INVALID_UPLOAD_LENGTH',
  'FILE_WRONG_BUCKET',
  'FOREIGN_KEY_VIOLATION',
  'UNAUTHORIZED',
  'INVALID_TOKEN',
  'TOKEN_EXPIRED',
  'INVALID_CREDENTIALS',
  'FORBIDDEN',
  'REGISTRATION_CLOSED',
  'NOT_FOUND',
  'BUCKET_NOT_FOUND',
  'FILE_NOT_FOUND',
  'UPLOAD_NOT_FOUND',
  'COLLECTION_NOT_FOUND',
  'DOCUMENT_NOT_FOUND',
  'FILE_EXISTS',
  'FILE_IN_USE',
  'UNIQUE_VIOLATION',
  'USER_EXISTS',
  'OFFSET_MISMATCH',
  'UPLOAD_EXPIRED',
  'PRECONDITION_FAILED',
  'FILE_TOO_LARGE',
  'BODY_TOO_LARGE',
  'QUOTA_EXCEEDED',
  'TYPE_NOT_ALLOWED',
  'UNSUPPORTED_MEDIA_TYPE',
  'RANGE_NOT_SATISFIABLE',
  'CHECKSUM_MISMATCH',
  'UPLOAD_LOCKED',
  'RATE_LIMITED',
  'INTERNAL_ERROR',
  'BACKEND_UNAVAILABLE',
  'STORAGE_FULL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** One refused field of a request; the entries of a VALIDATION_ERROR's details. */
export interface FieldProblem {
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

export type ErrorDetails = Readonly<Record<string, unknown>> | readonly FieldProblem[];

/**
 * An error meant for the caller: `message` is one sentence a person understands and is shown as it is, unless `forClients` says
 * otherwise. Domain code knows codes, never HTTP statuses. What must stay inside goes into `cause`.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails | undefined;

  constructor(code: ErrorCode, message: string, details?: ErrorDetails, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.details = details;
  }

  /** What a client is told. */
  get forClients(): string {
    return this.message;
  }
}

/** A mistake the operator can mend: reported as one clear message with exit code 1, never with a stack. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}

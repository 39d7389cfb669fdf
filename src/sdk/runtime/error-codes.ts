/** Every code that the server's errors carry. */
export type ServerErrorCode =
  | 'VALIDATION_ERROR'
  | 'INVALID_JSON'
  | 'INVALID_MULTIPART'
  | 'FILE_REQUIRED'
  | 'INVALID_NAME'
  | 'INVALID_PATH'
  | 'INVALID_METADATA'
  | 'INVALID_RULE'
  | 'INVALID_QUERY'
  | 'INVALID_EXPIRY'
  | 'INVALID_OPERATION'
  | 'INVALID_UPLOAD_LENGTH'
  | 'FILE_WRONG_BUCKET'
  | 'FOREIGN_KEY_VIOLATION'
  | 'UNAUTHORIZED'
  | 'INVALID_TOKEN'
  | 'TOKEN_EXPIRED'
  | 'INVALID_CREDENTIALS'
  | 'FORBIDDEN'
  | 'REGISTRATION_CLOSED'
  | 'NOT_FOUND'
  | 'BUCKET_NOT_FOUND'
  | 'FILE_NOT_FOUND'
  | 'UPLOAD_NOT_FOUND'
  | 'COLLECTION_NOT_FOUND'
  | 'DOCUMENT_NOT_FOUND'
  | 'FILE_EXISTS'
  | 'FILE_IN_USE'
  | 'UNIQUE_VIOLATION'
  | 'USER_EXISTS'
  | 'OFFSET_MISMATCH'
  | 'UPLOAD_EXPIRED'
  | 'PRECONDITION_FAILED'
  | 'FILE_TOO_LARGE'
  | 'BODY_TOO_LARGE'
  | 'QUOTA_EXCEEDED'
  | 'TYPE_NOT_ALLOWED'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'RANGE_NOT_SATISFIABLE'
  | 'CHECKSUM_MISMATCH'
  | 'UPLOAD_LOCKED'
  | 'RATE_LIMITED'
  | 'INTERNAL_ERROR'
  | 'BACKEND_UNAVAILABLE'
  | 'STORAGE_FULL';

/**
 * What goes wrong without an answer that means something: the server was not reached, the caller gave up, something in
 * between (a proxy, say) answered in its place, or the client was made with an address that is none.
 */
export type ClientErrorCode = 'NETWORK_ERROR' | 'ABORTED' | 'UNEXPECTED_RESPONSE' | 'INVALID_URL';

export type ErrorCode = ServerErrorCode | ClientErrorCode;

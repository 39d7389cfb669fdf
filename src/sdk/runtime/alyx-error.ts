import type { ErrorCode } from './error-codes.ts';

/** One refused field of a request. */
export interface FieldProblem {
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

export type ErrorDetails = Readonly<Record<string, unknown>> | readonly FieldProblem[];

export interface AlyxErrorInit {
  readonly status?: number;
  readonly details?: ErrorDetails | undefined;
  readonly requestId?: string | null;
  readonly retryAfter?: number | null;
  readonly cause?: unknown;
}

/** The one error that every call of this client throws. `message` is a sentence that may be shown to people. */
export class AlyxError extends Error {
  override readonly name = 'AlyxError';
  readonly code: ErrorCode;
  /** The HTTP status; 0 when it was this client that refused, or nobody answered. */
  readonly status: number;
  readonly details: ErrorDetails | undefined;
  /** Under which the server's log has it. */
  readonly requestId: string | null;
  /** Seconds to wait before trying again, where the server says so. */
  readonly retryAfter: number | null;

  constructor(code: ErrorCode, message: string, init: AlyxErrorInit = {}) {
    super(message, 'cause' in init ? { cause: init.cause } : undefined);
    this.code = code;
    this.status = init.status ?? 0;
    this.details = init.details;
    this.requestId = init.requestId ?? null;
    this.retryAfter = init.retryAfter ?? null;
  }

  /** The refused fields of a VALIDATION_ERROR and its like, to be shown beside a form's inputs; else empty. */
  get problems(): readonly FieldProblem[] {
    return Array.isArray(this.details) ? (this.details as readonly FieldProblem[]) : [];
  }
}

/** Whether something caught is an error of this client; with codes, whether it is one of these. */
export function isAlyxError<C extends ErrorCode>(
  error: unknown,
  ...codes: readonly C[]
): error is AlyxError & { readonly code: C } {
  if (!(error instanceof AlyxError)) return false;
  return codes.length === 0 || codes.some((code) => code === error.code);
}

/** What is wrong with one field of what was sent. */
export interface FieldProblem {
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

interface Envelope {
  readonly error?: unknown;
  readonly code?: unknown;
  readonly details?: unknown;
  readonly request_id?: unknown;
}

/** A refusal of the server, in its own words. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: unknown;
  readonly requestId: string | null;

  constructor(status: number, envelope: Envelope) {
    const { error, code, details, request_id: requestId } = envelope;
    super(typeof error === 'string' ? error : `The server answered with status ${status}.`);
    this.name = 'ApiError';
    this.status = status;
    this.code = typeof code === 'string' ? code : 'UNKNOWN';
    this.details = details;
    this.requestId = typeof requestId === 'string' ? requestId : null;
  }

  /** What is wrong field by field; empty when the refusal is not about fields. */
  get problems(): readonly FieldProblem[] {
    return Array.isArray(this.details) ? this.details.filter(isFieldProblem) : [];
  }
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return typeof value === 'object' && value !== null && 'field' in value && 'message' in value;
}

export async function toApiError(response: Response): Promise<ApiError> {
  return new ApiError(response.status, parseEnvelope(await response.text()));
}

/** A proxy in between may answer with anything. */
export function parseEnvelope(text: string): Envelope {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}

/** Why a rule does not compile, and which part of its text is to blame. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
  /** Offsets into the rule's text. */
  readonly start: number;
  readonly end: number;
  readonly hint: string | undefined;

  constructor(message: string, at: { readonly start: number; readonly end: number }, hint?: string) {
    super(message);
    this.start = at.start;
    this.end = at.end;
    this.hint = hint;
  }
}

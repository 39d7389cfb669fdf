/** Longer ones are checked each time, so that what is kept stays at a few MiB. */
const MAX_LENGTH = 4096;

/** When a token counts: epoch milliseconds, both ends included. */
export interface Validity {
  readonly from: number;
  readonly until: number;
}

interface Kept<Grant> extends Validity {
  readonly grant: Grant;
}

/**
 * Tokens whose signature need not be checked again. The whole token is the key: one that differs in a single
 * character is another one. Only tokens that were found right are kept, so that what strangers send crowds nobody out.
 */
export class VerifiedTokens<Grant> {
  readonly #half: number;
  /** When `recent` is full it becomes `older`, and what was not asked for since is forgotten. */
  #recent = new Map<string, Kept<Grant>>();
  #older = new Map<string, Kept<Grant>>();

  /** Keeps up to so many. */
  constructor(capacity: number) {
    this.#half = Math.ceil(capacity / 2);
  }

  /** What `token` said, if it is known and counts at `now`. */
  find(token: string, now: number): Grant | null {
    if (token.length > MAX_LENGTH) return null;
    const recent = this.#recent.get(token);
    const kept = recent ?? this.#older.get(token);
    if (kept === undefined || now < kept.from || now > kept.until) return null;
    if (recent === undefined) this.#keep(token, kept);
    return kept.grant;
  }

  add(token: string, grant: Grant, { from, until }: Validity): void {
    if (token.length <= MAX_LENGTH) this.#keep(token, { grant, from, until });
  }

  #keep(token: string, kept: Kept<Grant>): void {
    if (this.#recent.size >= this.#half) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(token, kept);
  }
}

/** What is done before several begin in one turn, and when all of them have got as far as they do without waiting. */
export interface Around {
  begin(): void;
  end(): void;
}

export interface TurnBudgetOptions {
  /** In ms. */
  readonly perTurn: number;
  readonly around: Around;
  /** A clock in ms. */
  readonly now?: () => number;
}

/** How many begin in a turn, whatever the turns before took. */
const LEAST = 4;
const MOST = 64;

/**
 * Lets what waits begin together in the next turn of the event loop, in order: as many as fit into its time, going by
 * the turns before. The rest waits for the turns after that, and whatever else has something to do gets on in between.
 */
export class TurnBudget {
  readonly #perTurn: number;
  readonly #around: Around;
  readonly #now: () => number;
  readonly #waiting: (() => void)[] = [];
  #share = LEAST;
  #isDue = false;
  #startedAt = 0;
  #count = 0;

  constructor({ perTurn, around, now = () => performance.now() }: TurnBudgetOptions) {
    this.#perTurn = perTurn;
    this.#around = around;
    this.#now = now;
  }

  /** Calls `begin` in the next turn, or in a later one. */
  take(begin: () => void): void {
    this.#waiting.push(begin);
    if (!this.#isDue) this.#schedule();
  }

  /** Node runs both in one turn, and in between what the first has begun, up to where that waits for something. */
  #schedule(): void {
    this.#isDue = true;
    setImmediate(this.#begin);
    setImmediate(this.#end);
  }

  readonly #begin = () => {
    const next = this.#waiting.splice(0, this.#share);
    this.#startedAt = this.#now();
    this.#count = next.length;
    if (next.length > 1) this.#around.begin();
    for (const begin of next) begin();
  };

  readonly #end = () => {
    this.#isDue = false;
    if (this.#count > 1) this.#around.end();
    const took = this.#now() - this.#startedAt;
    const wasFull = this.#count === this.#share;
    if (took > this.#perTurn) this.#share = Math.max(LEAST, this.#share / 2);
    else if (wasFull && took < this.#perTurn / 2) this.#share = Math.min(MOST, this.#share * 2);
    if (this.#waiting.length > 0) this.#schedule();
  };
}

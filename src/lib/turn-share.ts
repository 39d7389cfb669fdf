/**
 * Lets only so much begin in each turn of the event loop. What is beyond that waits for the next turns, in order, and
 * whatever else has something to do gets on in between.
 */
export class TurnShare {
  readonly #perTurn: number;
  readonly #waiting: (() => void)[] = [];
  #begun = 0;

  constructor(perTurn: number) {
    this.#perTurn = perTurn;
  }

  /** Calls `begin` now, or in a later turn. */
  take(begin: () => void): void {
    if (this.#begun === this.#perTurn) {
      this.#waiting.push(begin);
      return;
    }
    if (this.#begun === 0) setImmediate(this.#nextTurn);
    this.#begun += 1;
    begin();
  }

  /** Resolves now, or in a later turn. */
  wait(): Promise<void> {
    return new Promise((resolve) => this.take(resolve));
  }

  readonly #nextTurn = () => {
    const next = this.#waiting.splice(0, this.#perTurn);
    this.#begun = next.length;
    if (this.#begun > 0) setImmediate(this.#nextTurn);
    for (const begin of next) begin();
  };
}

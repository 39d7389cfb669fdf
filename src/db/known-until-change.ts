import type { Database } from './database.ts';

/** Characters kept, keys and answers together; one that is heavier by itself is not kept. */
const CAPACITY = 4 * 1024 * 1024;

/** Answers that were looked up since the database changed last, by this process or by another. */
export class KnownUntilChange<Answer> {
  readonly #db: Database;
  readonly #weigh: (answer: Answer) => number;
  readonly #known = new Map<string, Answer>();
  #weight = 0;
  #mark = '';

  /** `weigh` tells how many characters an answer takes. */
  constructor(db: Database, weigh: (answer: Answer) => number) {
    this.#db = db;
    this.#weigh = weigh;
  }

  /** `key` names the question with everything that its answer depends on besides the database. */
  get(key: string, find: () => Answer): Answer {
    const mark = this.#db.changeMark();
    if (mark !== this.#mark) this.#forget();
    this.#mark = mark;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const answer = find();
    this.#keep(key, answer);
    return answer;
  }

  #keep(key: string, answer: Answer): void {
    const weight = key.length + this.#weigh(answer);
    if (weight > CAPACITY) return;
    if (this.#weight + weight > CAPACITY) this.#forget();
    this.#known.set(key, answer);
    this.#weight += weight;
  }

  #forget(): void {
    this.#known.clear();
    this.#weight = 0;
  }
}

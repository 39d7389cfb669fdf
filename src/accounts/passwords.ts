import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { FieldProblem } from '../lib/errors.ts';
import { HashingQueue } from './hashing-queue.ts';

/** What one hash costs: argon2id's memory in KiB, and its passes. */
export interface PasswordCost {
  readonly memoryCost: number;
  readonly timeCost: number;
}

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane; some 20 ms. */
const STANDARD_COST: PasswordCost = { memoryCost: 19_456, timeCost: 2 };

/** Longer ones would only cost time: 256 characters hold more entropy than the hash. */
const MAX_LENGTH = 256;

/**
 * Hashes passwords with argon2id, on the thread pool. They are compared in Unicode's NFKC form, so that the same
 * password typed on another system is the same (NIST SP 800-63B section 3.1.1.2).
 */
export class Passwords {
  readonly #cost: PasswordCost;
  readonly #minLength: number;
  readonly #queue = new HashingQueue();
  /** Stands in for the hash of a user that does not exist, so that the answer takes as long. */
  readonly #decoy: Promise<string>;

  constructor(minLength: number, cost: PasswordCost = STANDARD_COST) {
    this.#minLength = minLength;
    this.#cost = cost;
    this.#decoy = this.hash(randomBytes(16).toString('hex'));
    // Whoever awaits it hears of a failure; without a login nobody does.
    this.#decoy.catch(() => undefined);
  }

  /** What is wrong with a password that somebody chose; null when it will do. */
  problem(password: string): FieldProblem | null {
    const { length } = Array.from(password.normalize('NFKC'));
    if (length < this.#minLength) {
      const message = `must be at least ${this.#minLength} characters long`;
      return { field: 'password', code: 'too_short', message };
    }
    if (length <= MAX_LENGTH) return null;
    return {
      field: 'password',
      code: 'too_long',
      message: `must be at most ${MAX_LENGTH} characters long`,
    };
  }

  hash(password: string): Promise<string> {
    // The algorithm is argon2id, the library's default; its enum exists only as a type.
    return this.#queue.run(() => hash(password.normalize('NFKC'), { ...this.#cost, parallelism: 1 }));
  }

  /** Whether the password is the one behind the hash. Null = nobody's hash: false, and just as late. */
  async matches(password: string, passwordHash: string | null): Promise<boolean> {
    const compared = passwordHash ?? (await this.#decoy);
    const isSame = await this.#queue.run(() => verify(compared, password.normalize('NFKC')));
    return isSame && passwordHash !== null;
  }
}

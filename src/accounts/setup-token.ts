import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * What makes the first admin: printed once, in the banner's link, and kept nowhere else. It dies with the process,
 * and as soon as there is an admin `createFirstAdmin` refuses whoever comes with it.
 */
export class SetupToken {
  readonly #digest: Buffer;

  private constructor(digest: Buffer) {
    this.#digest = digest;
  }

  /** A fresh token, and its text. */
  static make(): { readonly token: SetupToken; readonly text: string } {
    const text = randomBytes(32).toString('base64url');
    return { token: new SetupToken(digestOf(text)), text };
  }

  matches(text: string): boolean {
    return timingSafeEqual(digestOf(text), this.#digest);
  }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

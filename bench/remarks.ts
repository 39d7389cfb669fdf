/** What is to be said beside the figures: of each subject once, however often it comes up and in what words. */
export class Remarks {
  readonly #say: (line: string) => void;
  readonly #bySubject = new Map<string, string>();

  /** `say` is told of each when it comes up first. */
  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  get lines(): readonly string[] {
    return [...this.#bySubject.values()];
  }

  add(subject: string, reason: string): void {
    if (this.#bySubject.has(subject)) return;
    const line = `${subject}: ${reason}`;
    this.#bySubject.set(subject, line);
    this.#say(line);
  }
}

import { fileToJson } from './file-json.ts';
import type { StoredFile } from './stored-file.ts';

/** A file, and the JSON that a response shows of it: made once, however many ask while the row is at hand. */
export class ToldFile {
  readonly file: StoredFile;
  /** About as many characters as its JSON has. */
  readonly weight: number;
  #json: string | null = null;

  constructor(file: StoredFile, weight: number) {
    this.file = file;
    this.weight = weight;
  }

  get json(): string {
    return (this.#json ??= JSON.stringify(fileToJson(this.file)));
  }
}

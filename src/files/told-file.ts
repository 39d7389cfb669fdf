import { fileToJson } from './file-json.ts';
import type { StoredFile } from './stored-file.ts';

/** A file, and the JSON that a response shows of it: made once, however many ask while the row is at hand. */
export class ToldFile {
  readonly file: StoredFile;
  #json: string | null = null;

  constructor(file: StoredFile) {
    this.file = file;
  }

  get json(): string {
    return (this.#json ??= JSON.stringify(fileToJson(this.file)));
  }
}

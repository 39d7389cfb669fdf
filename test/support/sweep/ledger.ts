/** What a client knows of something that it asked for: it is there, it is gone, or the answer never came. */
export type Knowledge = 'there' | 'gone' | 'unknown';

export interface KnownFile {
  readonly bucket: string;
  readonly checksum: string;
  state: Knowledge;
  /** Held by a record, so that deleting it is refused. */
  held: boolean;
}

export interface KnownRecord {
  /** Files that it may hold: those of the last answer, and those of a change whose answer never came. */
  versions: (readonly string[])[];
  state: Knowledge;
}

export interface KnownUpload {
  readonly bucket: string;
  readonly name: string;
  readonly content: Buffer;
  /** As far as the server has acknowledged it. */
  offset: number;
  /** Somebody is going on with it just now. */
  busy: boolean;
}

/** Everything that a server has acknowledged to its clients. */
export class Ledger {
  /** By id. */
  readonly files = new Map<string, KnownFile>();
  readonly records = new Map<string, KnownRecord>();
  /** By path. */
  readonly uploads = new Map<string, KnownUpload>();
  /** SHA-256 of everything that was ever sent, by its name. */
  readonly sent = new Map<string, string>();
  acknowledged = 0;
  /** How often each kind of request was made, and how often its answer never came. */
  readonly tried = new Map<string, number>();
  readonly cutOff = new Map<string, number>();

  /** As it is now, to hold against the state that a server had at this moment. */
  clone(): Ledger {
    const copy = new Ledger();
    for (const [id, file] of this.files) copy.files.set(id, { ...file });
    for (const [id, { versions, state }] of this.records)
      copy.records.set(id, { versions: [...versions], state });
    for (const [path, upload] of this.uploads) copy.uploads.set(path, { ...upload, busy: false });
    for (const [name, checksum] of this.sent) copy.sent.set(name, checksum);
    copy.acknowledged = this.acknowledged;
    return copy;
  }

  addFile(id: string, bucket: string, checksum: string, held = false): void {
    this.files.set(id, { bucket, checksum, state: 'there', held });
    this.acknowledged += 1;
  }

  /** Files that are there and in no record's hands. */
  free(bucket?: string): string[] {
    return [...this.files]
      .filter(([, file]) => file.state === 'there' && !file.held && (bucket ?? file.bucket) === file.bucket)
      .map(([id]) => id);
  }

  setFiles(ids: readonly string[], change: Partial<Pick<KnownFile, 'state' | 'held'>>): void {
    for (const id of ids) Object.assign(this.files.get(id) ?? {}, change);
  }

  count(state: Knowledge): number {
    return [...this.files.values()].filter((file) => file.state === state).length;
  }
}

export function countOne(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

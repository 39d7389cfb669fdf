import type { FileObject } from './file-types.ts';

/** How an upload gets to the server: in one request, or in chunks. */
export interface UploadEngine {
  /** Sends, or goes on where it stopped. */
  start(): void;
  /** Stops sending; calls nobody until it is started again. */
  stop(): void;
  /** Stops, and takes back what the server has of it. */
  discard(): Promise<void>;
}

export interface UploadEvents {
  readonly onProgress: (loaded: number) => void;
  readonly onDone: (file: FileObject) => void;
  readonly onError: (error: unknown) => void;
}

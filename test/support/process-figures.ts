import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** How many files and connections a process has open. */
export function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** A server's thread that folds the database's log has some, from when it is first needed; never more than these. */
export const THREAD_DESCRIPTORS = 10;

/** Whether a process has a file of that name open. */
export function hasOpen(pid: number, name: string): boolean {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).some((descriptor) => {
    try {
      return readlinkSync(`${folder}/${descriptor}`).endsWith(`/${name}`);
    } catch {
      return false; // closed meanwhile
    }
  });
}

/** Resident memory of a process, in bytes; `peak` since it started, or since `forgetPeak`. */
export function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
  return { now: bytes('VmRSS'), peak: bytes('VmHWM') };
}

import { BackendError } from './backend-error.ts';

const GONE = 'its folder is missing: it was removed, or its disk is not mounted';
const DENIED = 'Alyx may not read or write its folder; check owner and permissions';
const IN_THE_WAY = 'something that is no folder lies where one of its folders belongs';
const TOO_MANY_FILES = 'too many files are open; raise the limit (ulimit -n)';
const DISK_FAILS = 'its disk is failing';
const DISK_AWAY = 'its disk does not answer';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: GONE,
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: 'its disk is mounted read-only',
  EEXIST: IN_THE_WAY,
  ENOTDIR: IN_THE_WAY,
  EISDIR: 'a folder lies where a file belongs',
  ELOOP: IN_THE_WAY,
  EXDEV: 'its folder spans several file systems; give each a backend of its own',
  EFBIG: 'its file system, or a limit of this process, takes no file that large',
  EMFILE: TOO_MANY_FILES,
  ENFILE: TOO_MANY_FILES,
  EIO: DISK_FAILS,
  EUCLEAN: DISK_FAILS,
  ENXIO: DISK_AWAY,
  ENODEV: DISK_AWAY,
  ESTALE: DISK_AWAY,
  ENOTCONN: DISK_AWAY,
  ETIMEDOUT: DISK_AWAY,
};

const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** What a missing object looks like; no symlink, folder or device is an object. */
const MISSING = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR', 'ENXIO']);

/** This file system cannot link this file here, or it is not there: a copy may still do. */
const UNLINKABLE = new Set(['EXDEV', 'EPERM', 'EACCES', 'ENOTSUP', 'ENOSYS', 'EMLINK', 'ENOENT']);

/** What is said when the system refuses the backend called `backend` something; anything but a system error comes back as it is. */
export function filesystemTrouble(error: unknown, backend: string): unknown {
  const code = systemCode(error);
  if (code === undefined) return error;
  if (FULL.has(code)) return BackendError.full(backend, error);
  return BackendError.unavailable(backend, reasonFor(code), error);
}

/** In plain words, without a path: why the system refused. */
export function filesystemReason(error: unknown): string {
  const code = systemCode(error);
  if (code === undefined) return String(error);
  return FULL.has(code) ? 'its disk is full' : reasonFor(code);
}

export function meansMissing(error: unknown): boolean {
  return MISSING.has(systemCode(error) ?? '');
}

export function meansUnlinkable(error: unknown): boolean {
  return UNLINKABLE.has(systemCode(error) ?? '');
}

export function meansExists(error: unknown): boolean {
  return systemCode(error) === 'EEXIST';
}

function reasonFor(code: string): string {
  return REASONS[code] ?? `the file system answered ${code}`;
}

function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error)) return undefined;
  return (error as NodeJS.ErrnoException).code;
}

/** A way in which the disk may fail the threads of a server. */
export interface DiskError {
  readonly what: string;
  /** `pool` reads and writes files and syncs the database's log, `main` does the rest of the database, and files in memory. */
  readonly thread: 'main' | 'pool' | 'both';
  readonly calls: string;
  readonly error: string;
  /** strace's `when`: which of the calls fail. */
  readonly when?: string;
}

/** Not `write`, with which a thread of the pool wakes the main one. */
const WRITES = 'writev,pwrite64,pwritev';

export const DISK_ERRORS: readonly DiskError[] = [
  { what: 'writing a file', thread: 'pool', calls: WRITES, error: 'EIO' },
  {
    what: 'writing a file, now and then',
    thread: 'pool',
    calls: 'writev,pwritev',
    error: 'EIO',
    when: '2+2',
  },
  { what: 'writing a file', thread: 'pool', calls: WRITES, error: 'ENOSPC' },
  { what: 'writing a file', thread: 'pool', calls: WRITES, error: 'EDQUOT' },
  { what: 'syncing a file', thread: 'pool', calls: 'fsync,fdatasync', error: 'EIO' },
  { what: 'syncing a file, now and then', thread: 'pool', calls: 'fsync', error: 'EIO', when: '2+2' },
  { what: 'opening a file', thread: 'pool', calls: 'openat', error: 'EROFS' },
  { what: 'opening a file', thread: 'pool', calls: 'openat', error: 'EMFILE' },
  { what: 'naming a file', thread: 'pool', calls: 'rename,renameat,renameat2', error: 'EIO' },
  { what: 'linking a file', thread: 'pool', calls: 'link,linkat', error: 'EIO' },
  { what: 'deleting a file', thread: 'pool', calls: 'unlink,unlinkat', error: 'EIO' },
  { what: 'reading a file', thread: 'pool', calls: 'read,pread64,preadv', error: 'EIO' },
  { what: 'reading files and the database', thread: 'both', calls: 'pread64,preadv,preadv2', error: 'EIO' },
  { what: 'closing a file', thread: 'pool', calls: 'close', error: 'EIO' },
  { what: 'looking at a file', thread: 'pool', calls: 'stat,lstat,fstat,statx,newfstatat', error: 'EIO' },
  { what: 'writing the database', thread: 'main', calls: 'pwrite64', error: 'EIO' },
  {
    what: 'writing the database, now and then',
    thread: 'main',
    calls: 'pwrite64',
    error: 'EIO',
    when: '5+7',
  },
  { what: 'writing the database', thread: 'main', calls: 'pwrite64', error: 'ENOSPC' },
  { what: 'writing the database', thread: 'main', calls: 'pwrite64', error: 'EROFS' },
  { what: 'syncing the database', thread: 'main', calls: 'fsync,fdatasync', error: 'EIO' },
  {
    what: 'syncing the database, now and then',
    thread: 'main',
    calls: 'fsync,fdatasync',
    error: 'EIO',
    when: '2+3',
  },
  { what: "syncing the database's log", thread: 'pool', calls: 'fdatasync', error: 'EIO' },
  { what: "syncing the database's log, in vain", thread: 'both', calls: 'fdatasync', error: 'EIO' },
  { what: "syncing the database's log, in vain", thread: 'both', calls: 'fdatasync', error: 'ENOSPC' },
  {
    what: "syncing the database's log, now and then",
    thread: 'both',
    calls: 'fdatasync',
    error: 'EIO',
    when: '2+3',
  },
  { what: 'reading the database', thread: 'main', calls: 'pread64', error: 'EIO' },
];

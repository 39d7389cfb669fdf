/**
 * The system tables, oldest first; number N is the Nth entry. An entry that has shipped never changes: what comes
 * later is a new entry. Times are epoch milliseconds.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE _alyx_files (
    id            TEXT PRIMARY KEY,
    bucket        TEXT NOT NULL,
    name          TEXT NOT NULL,
    path          TEXT NOT NULL,
    mime_type     TEXT NOT NULL,
    size          INTEGER NOT NULL,
    checksum      TEXT NOT NULL,
    backend       TEXT NOT NULL,
    object_key    TEXT NOT NULL,
    codec         TEXT CHECK (codec IN ('gzip', 'zstd')),
    stored_size   INTEGER NOT NULL,
    metadata      TEXT NOT NULL,
    owner_id      TEXT,
    version       INTEGER NOT NULL DEFAULT 1,
    bytes_missing INTEGER NOT NULL DEFAULT 0,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX _alyx_files_path    ON _alyx_files (bucket, path);
  CREATE INDEX _alyx_files_created ON _alyx_files (bucket, created_at, id);
  CREATE INDEX _alyx_files_name    ON _alyx_files (bucket, name, id);
  CREATE INDEX _alyx_files_size    ON _alyx_files (bucket, size, id);
  CREATE INDEX _alyx_files_type    ON _alyx_files (bucket, mime_type);
  CREATE INDEX _alyx_files_backend ON _alyx_files (backend, bucket);

  -- Unfinished uploads. Their length counts towards the quota; only a finished file owns its path.
  CREATE TABLE _alyx_uploads (
    id         TEXT PRIMARY KEY,
    bucket     TEXT NOT NULL,
    name       TEXT NOT NULL,
    path       TEXT NOT NULL,
    metadata   TEXT NOT NULL,
    owner_id   TEXT,
    checksum   TEXT,
    mime_type  TEXT,
    claims     TEXT NOT NULL, -- the Upload-Metadata header as the client sent it, for HEAD
    length     INTEGER NOT NULL,
    offset     INTEGER NOT NULL DEFAULT 0 CHECK (offset BETWEEN 0 AND length),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX _alyx_uploads_bucket  ON _alyx_uploads (bucket, length);
  CREATE INDEX _alyx_uploads_expires ON _alyx_uploads (expires_at);

  -- Objects that may lie in a backend without a file row: noted before they are written ('writing') and from the
  -- moment their row goes until their bytes are gone ('deleting'). What a crash leaves here, the cleanup removes.
  CREATE TABLE _alyx_pending_objects (
    backend    TEXT NOT NULL,
    bucket     TEXT NOT NULL,
    object_key TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('writing', 'deleting')),
    owner      TEXT NOT NULL,
    noted_at   INTEGER NOT NULL,
    PRIMARY KEY (backend, bucket, object_key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX _alyx_pending_objects_state ON _alyx_pending_objects (state, owner);

  -- What each collection's table looked like when it was last brought up to date with the schema.
  CREATE TABLE _alyx_collections (
    name       TEXT PRIMARY KEY,
    definition TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Which record's file field refers to which file.
  CREATE TABLE _alyx_file_references (
    file_id    TEXT NOT NULL REFERENCES _alyx_files (id),
    collection TEXT NOT NULL,
    record_id  TEXT NOT NULL,
    field      TEXT NOT NULL,
    PRIMARY KEY (file_id, collection, record_id, field)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX _alyx_file_references_record ON _alyx_file_references (collection, record_id);

  -- Kept by triggers, so that a quota check and a total cost one row, whatever the number of files.
  CREATE TABLE _alyx_bucket_usage (
    bucket       TEXT PRIMARY KEY,
    files        INTEGER NOT NULL,
    bytes        INTEGER NOT NULL,
    stored_bytes INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER _alyx_files_inserted AFTER INSERT ON _alyx_files BEGIN
    INSERT INTO _alyx_bucket_usage VALUES (new.bucket, 1, new.size, new.stored_size)
      ON CONFLICT (bucket) DO UPDATE SET files = files + 1, bytes = bytes + new.size,
        stored_bytes = stored_bytes + new.stored_size;
  END;
  CREATE TRIGGER _alyx_files_deleted AFTER DELETE ON _alyx_files BEGIN
    UPDATE _alyx_bucket_usage SET files = files - 1, bytes = bytes - old.size,
      stored_bytes = stored_bytes - old.stored_size WHERE bucket = old.bucket;
  END;
  CREATE TRIGGER _alyx_files_restored AFTER UPDATE OF size, stored_size ON _alyx_files BEGIN
    UPDATE _alyx_bucket_usage SET bytes = bytes + new.size - old.size,
      stored_bytes = stored_bytes + new.stored_size - old.stored_size WHERE bucket = new.bucket;
  END;
  `,
  `
  -- The backends that the server has open, so that no command moves files to where it could not read them.
  CREATE TABLE _alyx_open_backends (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  `,
  `
  -- E-mail addresses are stored in lower case, so that UNIQUE does not tell them apart by it.
  CREATE TABLE _alyx_users (
    id            TEXT PRIMARY KEY,
    email         TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    role          TEXT NOT NULL CHECK (role IN ('user', 'admin')),
    verified      INTEGER NOT NULL CHECK (verified IN (0, 1)),
    metadata      TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX _alyx_users_created ON _alyx_users (created_at, id);
  CREATE INDEX _alyx_users_admins  ON _alyx_users (id) WHERE role = 'admin';

  -- One row per login. Its refresh tokens are signed and numbered, so that the row holds nothing that opens anything:
  -- only the one with this generation is good, an earlier one is a copy in somebody's hands.
  CREATE TABLE _alyx_sessions (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES _alyx_users (id) ON DELETE CASCADE,
    generation INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    rotated_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX _alyx_sessions_user    ON _alyx_sessions (user_id, rotated_at);
  CREATE INDEX _alyx_sessions_expires ON _alyx_sessions (expires_at);
  `,
  `
  -- For lists of one's own files, across all buckets, and of files whose bytes are gone.
  CREATE INDEX _alyx_files_owner   ON _alyx_files (bucket, owner_id, created_at, id);
  CREATE INDEX _alyx_files_recent  ON _alyx_files (created_at, id);
  CREATE INDEX _alyx_files_missing ON _alyx_files (bucket) WHERE bytes_missing = 1;
  `,
  `
  -- Backups under way. Until then (epoch ms) no bytes are deleted: the snapshot may still name them. A backup that dies
  -- leaves its row, which soon holds nothing.
  CREATE TABLE _alyx_backups (
    id          TEXT PRIMARY KEY,
    holds_until INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Files whose stored bytes were found not to be what was uploaded, until a check finds them right again.
  CREATE TABLE _alyx_damaged_files (
    file_id  TEXT PRIMARY KEY REFERENCES _alyx_files (id) ON DELETE CASCADE,
    found_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- The rule for reading that a file has of its own; '' where that is no rule, which denies; NULL where it has none.
  ALTER TABLE _alyx_files ADD COLUMN own_read_rule TEXT AS (CASE
    WHEN NOT json_valid(metadata) THEN ''
    WHEN json_type(metadata, '$.rules.read') = 'text' THEN json_extract(metadata, '$.rules.read')
    WHEN json_type(metadata, '$.rules.read') IS NOT NULL THEN ''
  END) VIRTUAL;
  CREATE INDEX _alyx_files_own_read ON _alyx_files (bucket, own_read_rule) WHERE own_read_rule IS NOT NULL;
  `,
];

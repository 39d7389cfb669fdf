/** What "alyx init" writes: byte for byte the repository's own alyx.yml and schema.yaml, as a test holds. */
export const STARTER_CONFIG = `# How this server runs. What it stores is in schema.yaml. Check both with "alyx check".
#
# Every key may be left out: what is commented out shows the default, or an example where it says so. Any single
# value can also be set by an environment variable, its path in capitals: ALYX_SERVER_PORT=9000.
# \${NAME} and \${NAME:-fallback} stand for environment variables in any text. Sizes are written 5242880, 5MB (10^6)
# or 5MiB (2^20); durations 90s, 15m, 24h, 7d. Relative paths start at the folder of this file.

server:
  host: 127.0.0.1 # 0.0.0.0 to be reached from other machines
  port: 8080
  # public_url: https://files.example.com   # example; unset, URLs are path-absolute
  # trust_proxy: false                      # true, or the proxies' addresses: [10.0.0.0/8]
  # max_json_size: 1MiB
  # request_timeout: 0s                     # for a whole request; 0s = none, as large uploads take their time
  # idle_timeout: 60s                       # a connection that sends nothing for this long is closed
  # shutdown_timeout: 30s
  # max_uploads: 1000                       # under way at once; more are answered 503 and a time to try again
  # max_uploads_per_client: 400             # of one user, or one address of nobody's; more are answered 429
  # cors: { origins: ["https://app.example.com"], credentials: true, max_age: 12h }   # example

database:
  path: ./data/alyx.db

auth:
  allow_registration: true # false: only admins create users
  jwt:
    # At least 32 characters (openssl rand -base64 48). Empty: a random one is made and kept in the data folder;
    # with NODE_ENV=production that is an error.
    secret: '\${ALYX_JWT_SECRET:-}'
    # access_ttl: 15m
    # refresh_ttl: 7d
    # issuer: alyx
    # audience: my-app                      # example
  # password: { min_length: 8 }
  # rate_limit: { login: { max: 5, window: 1m }, register: { max: 3, window: 1m } }

storage:
  default_max_file_size: 100MiB # for buckets that set no max_file_size
  # durable: true                           # an upload that was answered survives a power cut
  # verify_on_read: false                   # true: whole downloads are held against their SHA-256 on their way out
  backends:
    # Each bucket of schema.yaml names one of these. Switching a bucket to another needs no code: files remember
    # theirs, and "alyx storage migrate" moves them.
    local: { type: filesystem, path: ./data/storage }
    # minio:                              # example
    #   type: s3
    #   endpoint: http://localhost:9000     # unset = AWS
    #   region: us-east-1
    #   bucket: alyx                        # must exist; it is never created
    #   bucket_prefix: prod                 # objects lie under prod/{bucket}/
    #   access_key: "\${S3_ACCESS_KEY}"      # both keys, or neither for the AWS SDK's own credential chain
    #   secret_key: "\${S3_SECRET_KEY}"
    #   force_path_style: true
  # tus: { chunk_size: 5MiB, expiry: 24h, path: ./data/uploads }    # unfinished resumable uploads
  # signed_urls: { default_expiry: 15m, max_expiry: 7d }
  # cleanup: { interval: 1h }

# logging: { level: info, format: pretty }  # pretty | json
# docs: { enabled: true }                   # /api/docs
# admin_ui: { enabled: true, path: /_admin }
# metrics: { enabled: true }                # /metrics
`;

export const STARTER_SCHEMA = `# What this server stores, and who may do what. How it runs is in alyx.yml. Check both with "alyx check".
#
# Rules are CEL expressions. They know auth (id, email, role, verified, metadata; auth.id is null for anonymous
# callers), request (method, ip, time), and file in buckets or doc in collections. A missing rule denies
# everyone but admins, who pass every rule.

version: 1

buckets:
  # Pictures that everyone may see: try
  #   curl -F file=@me.png -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8080/api/files/avatars
  avatars:
    backend: local
    max_file_size: 100MiB
    allowed_types: [image/*] # read from the bytes, not from what the client claims
    rules:
      create: auth.id != null
      read: 'true'
      download: 'true'
      update: auth.id == file.owner_id
      delete: auth.id == file.owner_id

  # Private files: only their owner finds, reads or changes them.
  documents:
    backend: local
    max_file_size: 100MiB
    max_total_size: 10GiB # for the whole bucket
    compression: zstd # none | gzip | zstd
    # file_security: true                   # lets a file carry rules of its own, which then come first
    # cache_control: private, no-cache      # sent with downloads
    rules:
      create: auth.id != null
      read: auth.id == file.owner_id
      download: auth.id == file.owner_id
      update: auth.id == file.owner_id
      delete: auth.id == file.owner_id

collections:
  posts:
    fields:
      id: { type: uuid, primary: true, default: auto }
      title: { type: string, minLength: 1, maxLength: 200 }
      body: { type: text, nullable: true }
      author_id: { type: string, nullable: true }
      # A file field holds a file's id. cascade: the picture goes when no post shows it any more.
      cover: { type: file, nullable: true, file: { bucket: avatars, onDelete: cascade } }
      gallery:
        type: 'file[]'
        nullable: true
        file: { bucket: avatars, max_size: 5MB, allowed_types: [image/*], max_files: 20, onDelete: keep }
      created_at: { type: timestamp, default: now }
      updated_at: { type: timestamp, default: now, onUpdate: now }
    indexes:
      - { name: idx_posts_title, fields: [title] }
    rules:
      create: auth.id != null && doc.author_id == auth.id
      read: 'true'
      update: auth.id == doc.author_id
      delete: auth.id == doc.author_id
`;

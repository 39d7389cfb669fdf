/** A schema with every field type and every option that changes a generated type. */
export const RICH_SCHEMA = `
buckets:
  photos:
    backend: local
    max_file_size: 64KiB
    allowed_types: [image/png, image/jpeg, text/*]
    rules: { create: "auth.id != null", read: "true", download: "true", update: "auth.id == file.owner_id", delete: "auth.id == file.owner_id" }
  videos:
    backend: local
    max_file_size: 100MiB
    rules: { create: "auth.id != null", read: "auth.id == file.owner_id", download: "auth.id == file.owner_id", delete: "auth.id == file.owner_id" }
  drop-box:
    backend: local
    max_file_size: 1MiB
    rules: { create: "true" }
collections:
  authors:
    fields:
      number: { type: int, primary: true }
      name: { type: string, minLength: 1 }
      address: { type: email, nullable: true }
      homepage: { type: url, nullable: true }
      secret: { type: string, nullable: true, internal: true }
    rules: { create: "auth.id != null", read: "true", update: "auth.id != null", delete: "auth.id != null" }
  blog-posts:
    fields:
      id: { type: uuid, primary: true, default: auto }
      title: { type: string, minLength: 1, maxLength: 200 }
      slug: { type: string, unique: true }
      body: { type: richtext, nullable: true }
      teaser: { type: text, default: "none" }
      state: { type: select, select: { values: [draft, live, "it's over"] }, default: draft }
      tags: { type: select, nullable: true, select: { values: [sea, sun], maxSelect: 2 } }
      level: { type: int, default: 1, validate: { enum: [1, 2, 3] } }
      views: { type: int, default: 0 }
      score: { type: float, nullable: true }
      pinned: { type: bool, default: false }
      day: { type: date, nullable: true }
      starts_at: { type: timestamp, nullable: true }
      extra: { type: json, nullable: true }
      raw: { type: blob, nullable: true }
      author: { type: relation, nullable: true, relation: { collection: authors, field: number } }
      cover: { type: file, file: { bucket: photos, max_size: 32KiB, allowed_types: [image/*] } }
      clip: { type: file, nullable: true, file: { bucket: videos, onDelete: cascade } }
      gallery: { type: "file[]", file: { bucket: photos, max_files: 3 } }
      created_at: { type: timestamp, default: now }
      updated_at: { type: timestamp, default: now, onUpdate: now }
    rules: { create: "auth.id != null", read: "true", update: "auth.id != null", delete: "auth.id != null" }
  blog_posts:
    fields:
      id: { type: id, primary: true }
    rules: { read: "true" }
  storage:
    fields:
      id: { type: uuid, primary: true, default: auto }
      label: { type: string, nullable: true }
    rules: { create: "true", read: "true" }
`;

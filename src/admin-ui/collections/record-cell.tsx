import type { StoredFile } from '../api/files.ts';
import { textOf, type Json } from '../api/records.ts';
import type { SchemaField } from '../api/schema.ts';
import { Thumbnail } from '../files/thumbnail.tsx';
import { Badge } from '../parts/badge.tsx';
import { Icon } from '../parts/icon.tsx';
import { Time } from '../parts/time.tsx';

const SHOWN_FILES = 4;

/** A value in a table; files and relations are expanded. */
export function RecordCell({ field, value }: { readonly field: SchemaField; readonly value: Json }) {
  if (value === null) return <span class="faint">–</span>;
  if (field.file !== null) return <Files values={[value].flat()} />;
  if (typeof value === 'boolean') {
    if (!value) return <span class="faint">no</span>;
    return (
      <span role="img" aria-label="yes">
        <Icon name="check" />
      </span>
    );
  }
  if (Array.isArray(value) || field.select !== null) {
    return (
      <span class="record-files">
        {([value].flat() as readonly Json[]).map((one) => (
          <Badge key={textOf(one)}>{textOf(one)}</Badge>
        ))}
      </span>
    );
  }
  if (typeof value === 'object') return <>{relationLabel(value as Readonly<Record<string, Json>>)}</>;
  if (field.type === 'timestamp') return <Time at={textOf(value)} age />;
  if (field.primary || field.type === 'uuid' || field.type === 'id')
    return <code class="faint">{value}</code>;
  return typeof value === 'number' ? <span class="numeric">{value}</span> : <>{value}</>;
}

/** An id behind which nothing was found stays an id. */
function Files({ values }: { readonly values: readonly Json[] }) {
  const files = values.filter(
    (value): value is StoredFile & Json => typeof value === 'object' && value !== null,
  );
  if (values.length === 0) return <span class="faint">–</span>;
  return (
    <span class="record-files">
      {files.slice(0, SHOWN_FILES).map((file) => (
        <span key={file.id} role="img" aria-label={file.name} title={file.name}>
          <Thumbnail file={file} />
        </span>
      ))}
      {values.length > Math.min(files.length, SHOWN_FILES) && (
        <span class="faint">+{values.length - Math.min(files.length, SHOWN_FILES)}</span>
      )}
    </span>
  );
}

/** The first text that is no key; a record without one is known by its key. */
function relationLabel(doc: Readonly<Record<string, Json>>): string {
  const texts = Object.entries(doc).filter(([, value]) => typeof value === 'string');
  const [, label] = texts.find(([name]) => name !== 'id') ?? texts[0] ?? [];
  return textOf(label ?? doc);
}

import type { Bucket, Collection, Schema, SchemaField } from '../api/schema.ts';
import { Badge } from '../parts/badge.tsx';
import { formatLimit } from '../parts/format.ts';
import { Page, Section } from '../parts/page.tsx';
import { describeField } from './describe-field.ts';
import { Place } from './place.tsx';
import '../parts/table.css';
import './schema-page.css';

/** schema.yaml as it is in force, with the place of every definition. */
export function SchemaPage({ schema }: { readonly schema: Schema }) {
  return (
    <Page title="Schema" note={<span>Read only: edit schema.yaml and restart the server.</span>}>
      <Section title="Buckets">
        <div class="table-scroll" role="region" aria-label="Buckets" tabIndex={0}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">Bucket</th>
                <th scope="col">Backend</th>
                <th scope="col">Types</th>
                <th scope="col">File size</th>
                <th scope="col">Quota</th>
                <th scope="col">Stored</th>
                <th scope="col">Defined at</th>
              </tr>
            </thead>
            <tbody>
              {schema.buckets.map((bucket) => (
                <BucketRow key={bucket.name} bucket={bucket} />
              ))}
            </tbody>
          </table>
        </div>
      </Section>
      {schema.collections.map((collection) => (
        <CollectionSection key={collection.name} collection={collection} />
      ))}
    </Page>
  );
}

function BucketRow({ bucket }: { readonly bucket: Bucket }) {
  return (
    <tr>
      <th scope="row">{bucket.name}</th>
      <td>{bucket.backend}</td>
      <td>{bucket.allowed_types?.join(', ') ?? 'every type'}</td>
      <td class="numeric">up to {formatLimit(bucket.max_file_size)}</td>
      <td class="numeric">{bucket.max_total_size === null ? 'none' : formatLimit(bucket.max_total_size)}</td>
      <td>
        <span class="schema-badges">
          <Badge>{bucket.compression === 'none' ? 'as it is' : bucket.compression}</Badge>
          {bucket.file_security && <Badge kind="accent">file rules</Badge>}
        </span>
      </td>
      <td class="cell-tight">
        <Place at={bucket.at} />
      </td>
    </tr>
  );
}

function CollectionSection({ collection }: { readonly collection: Collection }) {
  const { name, fields, indexes, at } = collection;
  return (
    <Section title={`Collection ${name}`} aside={<Place at={at} />}>
      <div class="table-scroll" role="region" aria-label={`Fields of ${name}`} tabIndex={0}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Type</th>
              <th scope="col">Options</th>
              <th scope="col">Defined at</th>
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => (
              <FieldRow key={field.name} field={field} />
            ))}
          </tbody>
        </table>
      </div>
      {indexes.length > 0 && (
        <p class="soft">
          Indexes:{' '}
          {indexes
            .map(
              ({ name: index, fields: on, unique }) =>
                `${index} (${on.join(', ')}${unique ? ', unique' : ''})`,
            )
            .join('; ')}
        </p>
      )}
    </Section>
  );
}

function FieldRow({ field }: { readonly field: SchemaField }) {
  return (
    <tr>
      <th scope="row">{field.name}</th>
      <td>
        <code>{field.type}</code>
      </td>
      <td class="soft">{describeField(field).join(' · ')}</td>
      <td class="cell-tight">
        <Place at={field.at} />
      </td>
    </tr>
  );
}

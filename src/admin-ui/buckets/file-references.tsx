import { fetchReferences } from '../api/admin.ts';
import type { StoredFile } from '../api/files.ts';
import { hrefTo } from '../app/route.ts';
import { LoadError } from '../parts/notice.tsx';
import { Section } from '../parts/page.tsx';
import { useLoad } from '../parts/use-load.ts';

/** The records that show this file; while there are any it cannot be deleted. */
export function FileReferences({ file }: { readonly file: StoredFile }) {
  const { data, error, reload } = useLoad(file.id, (signal) => fetchReferences(file.id, signal));
  if (error !== null) return <LoadError error={error} retry={reload} />;
  if (data === null) return null;
  return (
    <Section title="Used by">
      {data.length === 0 ? (
        <p class="faint">No record refers to this file.</p>
      ) : (
        <ul>
          {data.map(({ collection, id, field }) => (
            <li key={`${collection} ${id} ${field}`} class="truncate">
              <a href={hrefTo(['collections', collection], { record: id })}>
                {collection} <span class="mono">{id}</span>
              </a>{' '}
              <span class="faint">in {field}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

import type { StoredFile } from '../api/files.ts';
import { hrefTo } from '../app/route.ts';
import { Thumbnail } from '../files/thumbnail.tsx';
import { formatBytes } from '../parts/format.ts';
import { Time } from '../parts/time.tsx';

export function RecentFiles({ files }: { readonly files: readonly StoredFile[] }) {
  if (files.length === 0) return <p class="rows rows-empty">Nothing was uploaded yet.</p>;
  return (
    <ul class="rows">
      {files.map((file) => (
        <li key={file.id}>
          <a class="rows-row" href={hrefTo(['buckets', file.bucket], { file: file.id })}>
            <Thumbnail file={file} />
            <span class="grow">
              <span class="rows-title rows-line truncate">{file.name}</span>
              <span class="rows-text">
                {file.bucket} · {formatBytes(file.size)}
              </span>
            </span>
            <span class="rows-text">
              <Time at={file.created_at} age />
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}

import { useEffect, useMemo } from 'preact/hooks';
import type { FileQuery } from '../api/files.ts';
import { useStore } from '../parts/store.ts';
import { uploadsDone } from '../uploads/upload-queue.ts';
import { FilePages, type PagesState } from './file-pages.ts';

/** The files of a bucket that a query finds; looks again whenever an upload into the bucket is done. */
export function useFilePages(
  bucket: string,
  { search, mimeType, sort }: FileQuery,
): PagesState & { readonly pages: FilePages } {
  const pages = useMemo(
    () => new FilePages(bucket, { search, mimeType, sort }),
    [bucket, search, mimeType, sort],
  );
  useEffect(() => () => pages.dispose(), [pages]);
  useEffect(() => {
    pages.need(0, 1);
    return uploadsDone.subscribe(() => {
      if (uploadsDone.value?.bucket === bucket) pages.refresh();
    });
  }, [pages, bucket]);
  return { pages, ...useStore(pages.state) };
}

import { useEffect, useRef, useState } from 'preact/hooks';
import { listFiles, type FileQuery, type StoredFile } from '../api/files.ts';
import type { Bucket } from '../api/schema.ts';
import { fetchUsage } from '../api/admin.ts';
import { route, setParams } from '../app/route.ts';
import { Empty } from '../parts/empty.tsx';
import { formatBytes, plural } from '../parts/format.ts';
import { LoadError } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { useStore } from '../parts/store.ts';
import { showFailure, showToast } from '../parts/toasts.tsx';
import { useLoad } from '../parts/use-load.ts';
import { ChooseButton } from '../uploads/choose-button.tsx';
import { DropZone } from '../uploads/drop-zone.tsx';
import { limitText, type Limits } from '../uploads/limits.ts';
import { addUploads, type Chosen } from '../uploads/upload-queue.ts';
import { usePaste } from '../uploads/use-paste.ts';
import { deleteWithQuestion } from './delete-with-question.tsx';
import { FileDetails } from './file-details.tsx';
import { FileGrid } from './file-grid.tsx';
import { FileTable } from './file-table.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { Toolbar, type ExplorerView } from './toolbar.tsx';
import { useFilePages } from './use-file-pages.ts';
import { useSelection } from './use-selection.ts';
import './bucket-page.css';

/** `batch-delete` takes so many. */
const MAX_SELECTED = 1000;

/** A bucket's files: find, look, send, change, delete. */
export function BucketPage({ bucket }: { readonly bucket: Bucket }) {
  const { params } = useStore(route);
  const query = readQuery(params);
  const { pages, total, error } = useFilePages(bucket.name, query);
  const [view, setView] = useExplorerView();
  const selection = useSelection(JSON.stringify([bucket.name, query]), (index) => pages.at(index));
  const usage = useLoad(`${bucket.name} ${total ?? ''}`, (signal) => fetchUsage(bucket.name, signal));
  const limits = limitsOf(bucket, usage.data === null ? null : usage.data.bytes + usage.data.reserved_bytes);

  const send = (chosen: readonly Chosen[]) => void addUploads(bucket, limits, chosen);
  usePaste(send);
  const open = (file: StoredFile) => setParams({ file: file.id });
  const selectAll = () => {
    listFiles(bucket.name, query, { offset: 0, limit: MAX_SELECTED }).then(({ files, total: all }) => {
      selection.set(files);
      if (all > MAX_SELECTED) showToast(`The first ${MAX_SELECTED} of ${all} files are selected.`);
    }, showFailure);
  };
  const remove = async (files: readonly StoredFile[]) => {
    const deleted = await deleteWithQuestion(bucket.name, files);
    if (deleted === 0) return;
    selection.clear();
    if (files.some(({ id }) => id === params.file)) setParams({ file: null });
    pages.refresh();
  };

  const explorer = {
    pages,
    selection,
    openId: params.file ?? null,
    onOpen: open,
    onDelete: () => void remove([...selection.files.values()]),
  };
  // While another order is loaded the table stays, without rows: its header has the focus of who sorts.
  const hasRows = useRef(false);
  if (total !== null) hasRows.current = total > 0;
  const isFiltered = query.search !== '' || query.mimeType !== '';
  return (
    <Page
      title={bucket.name}
      filled
      note={
        <>
          {total !== null && (
            <span>{isFiltered ? plural(total, 'match', 'matches') : plural(total, 'file')}</span>
          )}
          {usage.data !== null && <span>{usageText(bucket, usage.data.bytes)}</span>}
        </>
      }
      actions={
        <ChooseButton kind="primary" types={bucket.allowed_types} onFiles={send}>
          Upload
        </ChooseButton>
      }
    >
      <Toolbar query={query} view={view} onView={setView} />
      {selection.files.size > 0 && (
        <SelectionBar selection={selection} onDelete={() => void remove([...selection.files.values()])} />
      )}
      <div class="bucket-body">
        <DropZone
          class={params.file === undefined ? 'bucket-files' : 'bucket-files with-details'}
          text={`Drop to upload into ${bucket.name}`}
          onFiles={send}
        >
          {error !== null && (
            <div class="bucket-error">
              <LoadError error={error} retry={() => pages.refresh()} />
            </div>
          )}
          {total === 0 && !isFiltered && (
            <Empty icon="bucket" title="No files yet">
              <span>Drop files here, paste them, or choose some: {limitText(limits)}.</span>
            </Empty>
          )}
          {total === 0 && isFiltered && (
            <Empty icon="search" title="No file matches">
              <span>Look for another name or type.</span>
            </Empty>
          )}
          {hasRows.current && view === 'table' && (
            <FileTable {...explorer} total={total ?? 0} sort={query.sort} onSelectAll={selectAll} />
          )}
          {total !== null && total > 0 && view === 'grid' && <FileGrid {...explorer} total={total} />}
        </DropZone>
        {params.file !== undefined && (
          <FileDetails
            key={params.file}
            bucket={bucket}
            id={params.file}
            onClose={() => setParams({ file: null })}
            onChange={() => pages.refresh()}
            onDelete={(file) => void remove([file])}
          />
        )}
      </div>
    </Page>
  );
}

function readQuery(params: Readonly<Record<string, string>>): FileQuery {
  return { search: params.search ?? '', mimeType: params.type ?? '', sort: params.sort ?? '-created_at' };
}

function limitsOf(bucket: Bucket, used: number | null): Limits {
  const quota = bucket.max_total_size;
  return {
    maxSize: bucket.max_file_size,
    types: bucket.allowed_types,
    room: quota === null || used === null ? null : quota - used,
  };
}

function usageText({ max_total_size: quota }: Bucket, used: number): string {
  return quota === null ? formatBytes(used) : `${formatBytes(used)} of ${formatBytes(quota)}`;
}

const VIEW_KEY = 'alyx-explorer-view';

/** Table or grid, as it was the last time. */
function useExplorerView(): [ExplorerView, (view: ExplorerView) => void] {
  const [view, setView] = useState<ExplorerView>(() =>
    localStorage.getItem(VIEW_KEY) === 'grid' ? 'grid' : 'table',
  );
  useEffect(() => localStorage.setItem(VIEW_KEY, view), [view]);
  return [view, setView];
}

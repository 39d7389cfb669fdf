import { useEffect, useRef, useState } from 'preact/hooks';
import { getFile, signFile, type StoredFile } from '../api/files.ts';
import { onThisOrigin } from '../api/on-this-origin.ts';
import type { Bucket } from '../api/schema.ts';
import { FilePreview } from '../files/file-preview.tsx';
import { Button, IconButton } from '../parts/button.tsx';
import { LoadError } from '../parts/notice.tsx';
import { showFailure } from '../parts/toasts.tsx';
import { useLoad } from '../parts/use-load.ts';
import { useNarrow } from '../parts/use-narrow.ts';
import { EditFileDialog } from './edit-file-dialog.tsx';
import { FileFacts } from './file-facts.tsx';
import { FileReferences } from './file-references.tsx';
import { SignDialog } from './sign-dialog.tsx';
import './file-details.css';

interface FileDetailsProps {
  readonly bucket: Bucket;
  readonly id: string;
  readonly onClose: () => void;
  readonly onChange: () => void;
  readonly onDelete: (file: StoredFile) => void;
}

/** One file beside the list; on a small screen in front of it. */
export function FileDetails({ bucket, id, onClose, onChange, onDelete }: FileDetailsProps) {
  const loaded = useLoad(id, (signal) => getFile(bucket.name, id, signal));
  const [dialog, setDialog] = useState<'edit' | 'sign' | null>(null);
  const panel = usePanel();
  const file = loaded.data;
  return (
    <dialog
      class="details"
      ref={panel}
      aria-label="File details"
      onCancel={(event) => {
        if (event.target !== panel.current) return;
        event.preventDefault();
        onClose();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && dialog === null) onClose();
      }}
    >
      <header class="details-head">
        <h2 class="truncate" title={file?.name}>
          {file?.name ?? ' '}
        </h2>
        <IconButton icon="close" label="Close details" small onClick={onClose} />
      </header>
      <div class="details-body">
        {loaded.error !== null && <LoadError error={loaded.error} retry={loaded.reload} />}
        {file !== null && (
          <>
            <FilePreview key={`${file.id} ${file.version}`} file={file} />
            <div class="details-actions">
              <Button small icon="download" onClick={() => download(file)}>
                Download
              </Button>
              <Button small icon="link" onClick={() => setDialog('sign')}>
                Copy link
              </Button>
              <Button small icon="edit" onClick={() => setDialog('edit')}>
                Edit
              </Button>
              <IconButton
                small
                kind="danger-ghost"
                icon="trash"
                label={`Delete ${file.name}`}
                onClick={() => onDelete(file)}
              />
            </div>
            <FileFacts file={file} />
            <FileReferences file={file} />
          </>
        )}
      </div>
      {file !== null && dialog === 'sign' && <SignDialog file={file} onClose={() => setDialog(null)} />}
      {file !== null && dialog === 'edit' && (
        <EditFileDialog
          file={file}
          bucket={bucket}
          onClose={() => setDialog(null)}
          onSaved={() => {
            setDialog(null);
            loaded.reload();
            onChange();
          }}
        />
      )}
    </dialog>
  );
}

/** Beside the list it leaves the list alone; where it covers everything it holds the focus. */
function usePanel() {
  const ref = useRef<HTMLDialogElement>(null);
  const isOverlay = useNarrow('(width < 1080px)');
  useEffect(() => {
    const opener = document.activeElement;
    if (isOverlay) ref.current?.showModal();
    else ref.current?.show();
    return () => {
      ref.current?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, [isOverlay]);
  return ref;
}

/** By a signed link: the browser itself fetches it, however large, and shows its progress. */
function download(file: StoredFile): void {
  signFile(file, 'download').then(({ url }) => {
    const anchor = document.createElement('a');
    anchor.href = onThisOrigin(url);
    anchor.download = file.name;
    anchor.click();
  }, showFailure);
}

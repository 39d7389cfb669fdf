import { useState } from 'preact/hooks';
import { readFile, signFile, type StoredFile } from '../api/files.ts';
import { onThisOrigin } from '../api/on-this-origin.ts';
import { formatBytes } from '../parts/format.ts';
import { Icon } from '../parts/icon.tsx';
import { LoadError } from '../parts/notice.tsx';
import { useLoad } from '../parts/use-load.ts';
import { fileKind, KIND_ICONS } from './file-kind.ts';
import './file-preview.css';

/** A file as it is: picture, film, sound, document, text; or a word that there is nothing to show. */
export function FilePreview({ file }: { readonly file: StoredFile }) {
  const kind = fileKind(file.mime_type);
  if (kind === 'text') return <TextPreview file={file} />;
  if (kind === 'other' || kind === 'archive' || file.size === 0) return <NoPreview file={file} />;
  return <MediaPreview file={file} />;
}

/** By a signed URL: these come in ranges, which only the browser itself asks for. */
function MediaPreview({ file }: { readonly file: StoredFile }) {
  const link = useLoad(file.id, (signal) => signFile(file, 'view', undefined, signal));
  const [broken, setBroken] = useState(false);
  if (link.error !== null) return <LoadError error={link.error} retry={link.reload} />;
  if (link.data === null) return <div class="preview" />;
  if (broken) return <NoPreview file={file} />;
  const url = onThisOrigin(link.data.url);
  const onError = () => setBroken(true);
  return (
    <div class="preview">
      {fileKind(file.mime_type) === 'image' && <img src={url} alt={file.name} onError={onError} />}
      {fileKind(file.mime_type) === 'video' && (
        <video src={url} controls preload="metadata" aria-label={file.name} onError={onError} />
      )}
      {fileKind(file.mime_type) === 'audio' && (
        <audio src={url} controls preload="metadata" aria-label={file.name} onError={onError} />
      )}
      {fileKind(file.mime_type) === 'pdf' && <iframe src={url} title={file.name} />}
    </div>
  );
}

const SHOWN_BYTES = 64 * 1024;

function TextPreview({ file }: { readonly file: StoredFile }) {
  const text = useLoad(`${file.id} ${file.version}`, async (signal) => {
    const blob = await readFile(file, { firstBytes: SHOWN_BYTES, signal });
    return blob.text();
  });
  if (text.error !== null) return <LoadError error={text.error} retry={text.reload} />;
  return (
    <div class="preview preview-text">
      <pre tabIndex={0} aria-label={`Text of ${file.name}`}>
        {text.data}
      </pre>
      {file.size > SHOWN_BYTES && (
        <p class="preview-note">The first {formatBytes(SHOWN_BYTES)}; download the file for the rest.</p>
      )}
    </div>
  );
}

function NoPreview({ file }: { readonly file: StoredFile }) {
  return (
    <div class="preview preview-none">
      <Icon name={KIND_ICONS[fileKind(file.mime_type)]} size={28} />
      <span>{file.size === 0 ? 'An empty file' : 'No preview for this type'}</span>
    </div>
  );
}

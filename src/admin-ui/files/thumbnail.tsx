import { useEffect, useState } from 'preact/hooks';
import type { StoredFile } from '../api/files.ts';
import { Icon } from '../parts/icon.tsx';
import { fileKind, KIND_ICONS } from './file-kind.ts';
import { pictureUrl } from './picture-cache.ts';
import './thumbnail.css';

/** Bigger pictures are not fetched for the sake of a small one. */
const MAX_BYTES = 12 * 1024 * 1024;
/** What a browser decodes without running anything. SVG is not among them: as a blob it would be of this origin. */
const RASTER = /^image\/(?:png|jpeg|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon|apng)$/;

/** A file in small: the picture itself, or the sign of its kind. */
export function Thumbnail({
  file,
  iconSize = 18,
}: {
  readonly file: StoredFile;
  readonly iconSize?: number;
}) {
  const url = usePicture(file);
  const [brokenUrl, setBrokenUrl] = useState<string | null>(null);
  return (
    <span class="thumbnail">
      {url === null || url === brokenUrl ? (
        <Icon name={KIND_ICONS[fileKind(file.mime_type)]} size={iconSize} />
      ) : (
        <img src={url} alt="" decoding="async" draggable={false} onError={() => setBrokenUrl(url)} />
      )}
    </span>
  );
}

function usePicture(file: StoredFile): string | null {
  const [shown, setShown] = useState<{ readonly id: string; readonly url: string } | null>(null);
  const isPicture = RASTER.test(file.mime_type) && file.size > 0 && file.size <= MAX_BYTES;
  useEffect(() => {
    if (!isPicture) return;
    const abort = new AbortController();
    pictureUrl(file, abort.signal).then(
      (url) => {
        if (!abort.signal.aborted) setShown({ id: file.id, url });
      },
      () => undefined, // the sign of its kind stays
    );
    return () => abort.abort();
  }, [file.id, isPicture]);
  return shown?.id === file.id ? shown.url : null;
}

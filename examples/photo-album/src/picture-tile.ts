import { isExpanded, type PicturesExpanded } from '../generated/index.js';
import { alyx } from './alyx.ts';
import { element } from './element.ts';

export type Picture = PicturesExpanded<'image'>;

interface Events {
  onDeleted(tile: HTMLElement): void;
  onError(error: unknown): void;
}

/** A picture in the grid; a click shows it whole. */
export function pictureTile(picture: Picture, { onDeleted, onError }: Events): HTMLElement {
  const { title, image } = picture;
  const address = isExpanded(image) ? (image.view_url ?? '') : '';
  const open = element(
    'button',
    { className: 'picture', ariaLabel: `Show ${title}` },
    element('img', { src: address, alt: title, loading: 'lazy' }),
  );
  const remove = element(
    'button',
    { className: 'remove', ariaLabel: `Delete ${title}`, title: 'Delete' },
    '✕',
  );
  const tile = element('li', {}, open, element('span', { className: 'title', title }, title), remove);

  open.addEventListener('click', () => showWhole(picture, address));
  remove.addEventListener('click', () => {
    remove.disabled = true;
    alyx.pictures.delete(picture.id).then(
      () => onDeleted(tile),
      (error: unknown) => {
        remove.disabled = false;
        onError(error);
      },
    );
  });
  return tile;
}

function showWhole({ title, image, created_at }: Picture, address: string): void {
  const close = element('button', { autofocus: true }, 'Close');
  const facts = isExpanded(image) ? `${image.mime_type}, ${sizeText(image.size)}` : '';
  const download = element('a', { href: isExpanded(image) ? (image.download_url ?? '') : '' }, 'Download');
  const dialog = element(
    'dialog',
    { ariaLabel: title },
    element('img', { src: address, alt: title }),
    element(
      'footer',
      {},
      element('strong', {}, title),
      element('span', { className: 'hint' }, `${facts}, added ${new Date(created_at).toLocaleString()}`),
      download,
      close,
    ),
  );
  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

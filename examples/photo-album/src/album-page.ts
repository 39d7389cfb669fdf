import { AlyxError } from '../generated/index.js';
import { alyx } from './alyx.ts';
import { element } from './element.ts';
import { pictureTile, type Picture } from './picture-tile.ts';
import { uploadRow } from './upload-row.ts';

const PAGE = 24;

export function albumPage(userId: string, email: string): HTMLElement {
  const picker = element('input', { type: 'file', accept: 'image/*', multiple: true, hidden: true });
  const add = element('button', { className: 'primary' }, 'Add pictures');
  const leave = element('button', {}, 'Log out');
  const uploads = element('ul', { className: 'uploads', ariaLabel: 'Uploads' });
  const message = element('p', { className: 'error', role: 'alert' });
  const grid = element('ul', { className: 'grid', ariaLabel: 'Pictures' });
  const empty = element(
    'p',
    { className: 'empty', hidden: true },
    'Nothing here yet. Drop pictures anywhere.',
  );
  const more = element('button', { className: 'more', hidden: true }, 'Show more');

  const settle = (total: number) => {
    empty.hidden = grid.childElementCount > 0;
    more.hidden = grid.childElementCount >= total;
  };
  const tile = (picture: Picture) =>
    pictureTile(picture, {
      onDeleted: (gone) => {
        gone.remove();
        settle(0);
      },
      onError: (error) => report(error),
    });
  const report = (error: unknown) => {
    if (!(error instanceof AlyxError)) throw error;
    message.textContent = error.message;
  };
  const load = async () => {
    const { docs, total } = await alyx.pictures.list({
      sort: '-created_at',
      expand: ['image'],
      limit: PAGE,
      offset: grid.childElementCount,
    });
    grid.append(...docs.map(tile));
    settle(total);
  };
  const take = (files: Iterable<File>) => {
    message.textContent = '';
    for (const file of files) {
      const row = uploadRow(file, userId, {
        onDone: (picture) => {
          grid.prepend(tile(picture));
          settle(0);
        },
      });
      uploads.append(row);
    }
  };

  add.addEventListener('click', () => picker.click());
  picker.addEventListener('change', () => {
    take(picker.files ?? []);
    picker.value = '';
  });
  leave.addEventListener('click', () => void alyx.auth.logout().catch(report));
  more.addEventListener('click', () => void load().catch(report));
  const page = element(
    'div',
    { className: 'album' },
    element(
      'header',
      {},
      element('h1', {}, 'Photo album'),
      element('span', { className: 'who' }, email),
      add,
      leave,
      picker,
    ),
    element('main', {}, message, uploads, grid, empty, more),
  );
  acceptDrops(page, take);
  void load().catch(report);
  return page;
}

function acceptDrops(page: HTMLElement, take: (files: Iterable<File>) => void): void {
  page.addEventListener('dragover', (event) => {
    event.preventDefault();
    page.classList.add('dropping');
  });
  page.addEventListener('dragleave', () => page.classList.remove('dropping'));
  page.addEventListener('drop', (event) => {
    event.preventDefault();
    page.classList.remove('dropping');
    take(event.dataTransfer?.files ?? []);
  });
}

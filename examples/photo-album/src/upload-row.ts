import { AlyxError, isAlyxError, type UploadTask } from '../generated/index.js';
import { alyx } from './alyx.ts';
import { element } from './element.ts';
import type { Picture } from './picture-tile.ts';

interface Events {
  onDone(picture: Picture): void;
}

/** One upload: its progress, and the buttons that steer it. Gone when it is done. */
export function uploadRow(file: File, userId: string, { onDone }: Events): HTMLElement {
  const bar = element('progress', { max: 100, value: 0, ariaLabel: file.name });
  const state = element('span', { className: 'state' }, 'waiting');
  const pause = element('button', {}, 'Pause');
  const cancel = element('button', {}, 'Cancel');
  const name = element('span', { className: 'name' }, file.name);
  const row = element('li', {}, name, bar, state, pause, cancel);

  const task = alyx.storage.upload('photos', file, {
    path: `${userId}/${file.name}`,
    onProgress: ({ percent }) => {
      bar.value = percent ?? 0;
      state.textContent = `${Math.floor(bar.value)} %`;
    },
  });
  pause.addEventListener('click', () => {
    if (task.state === 'running') task.pause();
    else task.resume();
    pause.textContent = task.state === 'paused' ? 'Resume' : 'Pause';
  });
  cancel.addEventListener('click', () => {
    if (task.state === 'failed') row.remove();
    else void task.abort();
  });

  addPicture(task, file, userId).then(
    (picture) => {
      row.remove();
      onDone(picture);
    },
    (error: unknown) => {
      if (!(error instanceof AlyxError)) throw error;
      if (isAlyxError(error, 'ABORTED')) return row.remove();
      state.textContent = error.message;
      row.classList.add('failed');
      pause.remove();
      cancel.textContent = 'Dismiss';
    },
  );
  return row;
}

async function addPicture(task: UploadTask<'photos'>, file: File, userId: string): Promise<Picture> {
  const { id, name } = await task;
  const values = { title: name, owner_id: userId, image: id, taken_at: new Date(file.lastModified) };
  return alyx.pictures.create(values, { expand: ['image'] });
}

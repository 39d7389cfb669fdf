import { deleteFiles, type StoredFile } from '../api/files.ts';
import { confirmFirst, tell } from '../parts/confirm.tsx';
import { plural } from '../parts/format.ts';
import { showFailure, showToast } from '../parts/toasts.tsx';

/** Asks, deletes, and says what could not be deleted and why. Resolves to how many are gone. */
export async function deleteWithQuestion(bucket: string, files: readonly StoredFile[]): Promise<number> {
  const [first] = files;
  if (first === undefined) return 0;
  const what = files.length === 1 ? `“${first.name}”` : plural(files.length, 'file');
  const yes = await confirmFirst({
    title: `Delete ${what}?`,
    text: 'The bytes are removed for good; there is no way back.',
    action: 'Delete',
    danger: true,
  });
  if (!yes) return 0;
  try {
    const { deleted, failed } = await deleteFiles(
      bucket,
      files.map(({ id }) => id),
    );
    if (deleted.length > 0) showToast(`${plural(deleted.length, 'file')} deleted.`);
    if (failed.length > 0) await explain(files, failed);
    return deleted.length;
  } catch (error) {
    showFailure(error);
    return 0;
  }
}

type Failures = Awaited<ReturnType<typeof deleteFiles>>['failed'];

async function explain(files: readonly StoredFile[], failed: Failures): Promise<void> {
  const names = new Map(files.map(({ id, name }) => [id, name]));
  await tell({
    title: `${plural(failed.length, 'file')} could not be deleted`,
    text: (
      <ul class="stack">
        {failed.map(({ id, error }) => (
          <li key={id}>
            <strong>{names.get(id) ?? id}</strong>
            <br />
            <span class="soft">{error}</span>
          </li>
        ))}
      </ul>
    ),
  });
}

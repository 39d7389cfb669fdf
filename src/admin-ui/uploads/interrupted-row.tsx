import { useState } from 'preact/hooks';
import { request } from '../api/request.ts';
import { schema } from '../api/schema-store.ts';
import { hrefTo } from '../app/route.ts';
import { IconButton } from '../parts/button.tsx';
import { confirmFirst } from '../parts/confirm.tsx';
import { formatBytes } from '../parts/format.ts';
import { Icon } from '../parts/icon.tsx';
import { showFailure } from '../parts/toasts.tsx';
import { ChooseButton } from './choose-button.tsx';
import { forgetUpload } from './known-uploads.ts';
import { fingerprintOf } from './tus-transfer.ts';
import { addUploads, type Chosen } from './upload-queue.ts';
import type { InterruptedUpload } from './use-interrupted.ts';

const HOW_TO_GO_ON = 'Choose the same file again, and it goes on where it stopped.';

/**
 * An upload that an earlier visit to this page began. A page cannot open the file again by itself. How far it came is
 * not said: right after a reload the server may still be saving what had arrived.
 */
export function InterruptedRow({ known, upload }: InterruptedUpload) {
  const [isOther, setOther] = useState(false);
  const { path, length } = upload;
  const bucket = schema.value?.buckets.find(({ name }) => name === upload.bucket);
  if (bucket === undefined) return null;
  const goOn = async ([chosen]: readonly Chosen[]) => {
    if (chosen === undefined) return;
    const isSame = (await fingerprintOf(bucket.name, chosen.file, path)) === known.fingerprint;
    setOther(!isSame);
    // Its space is kept for it, and it was let in before.
    const limits = { maxSize: bucket.max_file_size, types: bucket.allowed_types, room: null };
    if (isSame) addUploads(bucket, limits, [{ file: chosen.file, path }]);
  };
  const giveUp = async () => {
    const yes = await confirmFirst({
      title: `Give up “${path}”?`,
      text: 'What has arrived of it is deleted. As long as it is kept, the same file goes on where it stopped.',
      action: 'Give up',
      danger: true,
    });
    if (!yes) return;
    await request(known.url, { method: 'DELETE', headers: { 'tus-resumable': '1.0.0' } });
    forgetUpload(known.url);
  };
  return (
    <li class="upload-row upload-row-stalled">
      <Icon name="pause" />
      <div class="grow">
        <div class="upload-row-name truncate" title={path}>
          <a href={hrefTo(['buckets', bucket.name])}>{path}</a>
        </div>
        <div class="upload-row-text" role="status">
          {isOther
            ? 'That is another file; this one was interrupted.'
            : `Interrupted before all ${formatBytes(length)} had arrived. ${HOW_TO_GO_ON}`}
        </div>
        <div class="upload-row-choices">
          <ChooseButton small multiple={false} types={null} onFiles={(chosen) => void goOn(chosen)}>
            Choose the file
          </ChooseButton>
        </div>
      </div>
      <IconButton
        icon="close"
        label={`Give up ${path}`}
        small
        onClick={() => void giveUp().catch(showFailure)}
      />
    </li>
  );
}

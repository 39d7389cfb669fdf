import { useState } from 'preact/hooks';
import { signFile, type SignedLink, type StoredFile } from '../api/files.ts';
import { Button } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import { Time } from '../parts/time.tsx';
import { useSubmit } from '../parts/use-submit.ts';

const EXPIRIES: readonly (readonly [value: string, label: string])[] = [
  ['15m', '15 minutes'],
  ['1h', '1 hour'],
  ['24h', '1 day'],
  ['7d', '7 days'],
];
const CUSTOM = 'custom';

/** A link to the file that works without logging in, for as long as one chooses. */
export function SignDialog({ file, onClose }: { readonly file: StoredFile; readonly onClose: () => void }) {
  const [operation, setOperation] = useState<'download' | 'view'>('download');
  const [choice, setChoice] = useState('1h');
  const [custom, setCustom] = useState('48h');
  const [link, setLink] = useState<SignedLink | null>(null);
  const { submit, busy, error } = useSubmit(async () => {
    setLink(await signFile(file, operation, choice === CUSTOM ? custom : choice));
  });
  const url = link === null ? '' : new URL(link.url, location.origin).href;
  return (
    <Dialog
      title={`Link to “${file.name}”`}
      onClose={onClose}
      footer={
        link === null ? (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button kind="primary" type="submit" form="sign-form" busy={busy}>
              Create link
            </Button>
          </>
        ) : (
          <>
            <Button onClick={() => setLink(null)}>Another one</Button>
            <CopyButton text={url} what="link" withWords />
          </>
        )
      }
    >
      {error !== null && <Notice kind="danger">{error.message}</Notice>}
      {link === null ? (
        <form id="sign-form" class="stack" onSubmit={submit}>
          <p class="soft">Whoever has the link gets the file, without logging in, until it expires.</p>
          <Field label="It opens the file">
            {(control) => (
              <select
                {...control}
                class="input"
                value={operation}
                onChange={(event) => setOperation(event.currentTarget.value as 'download' | 'view')}
              >
                <option value="download">as a download</option>
                <option value="view">in the browser</option>
              </select>
            )}
          </Field>
          <Field label="It works for">
            {(control) => (
              <select
                {...control}
                class="input"
                value={choice}
                onChange={(event) => setChoice(event.currentTarget.value)}
              >
                {EXPIRIES.map(([value, label]) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
                <option value={CUSTOM}>another time…</option>
              </select>
            )}
          </Field>
          {choice === CUSTOM && (
            <Field label="Time" hint="Such as 90s, 30m, 48h or 3d.">
              {(control) => (
                <input
                  {...control}
                  class="input"
                  required
                  value={custom}
                  onInput={(event) => setCustom(event.currentTarget.value)}
                />
              )}
            </Field>
          )}
        </form>
      ) : (
        <Field label="Link" hint={<>Works until {<Time at={link.expires_at} />}.</>}>
          {(control) => <textarea {...control} class="input input-code" readOnly rows={4} value={url} />}
        </Field>
      )}
    </Dialog>
  );
}

import { useState } from 'preact/hooks';
import { Button, IconButton } from './button.tsx';
import { showFailure } from './toasts.tsx';

interface CopyProps {
  readonly text: string;
  /** What is copied, as in "Copy checksum". */
  readonly what: string;
  readonly withWords?: boolean;
}

/** Puts a text on the clipboard, and says that it did. */
export function CopyButton({ text, what, withWords = false }: CopyProps) {
  const [copied, setCopied] = useState(false);
  const copy = () => {
    copyText(text).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1_600);
    }, showFailure);
  };
  const icon = copied ? 'check' : 'copy';
  const label = copied ? 'Copied' : `Copy ${what}`;
  if (withWords) {
    return (
      <Button icon={icon} onClick={copy}>
        {label}
      </Button>
    );
  }
  return <IconButton icon={icon} label={label} small onClick={copy} />;
}

/** The clipboard belongs to secure origins; on plain HTTP in a local network there is only the old way. */
async function copyText(text: string): Promise<void> {
  // Not there on insecure origins, whatever the types say.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard !== undefined) return clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  area.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else works on an insecure origin
  const copied = document.execCommand('copy');
  area.remove();
  if (!copied) throw new Error('The browser did not let the text be copied; select and copy it by hand.');
}

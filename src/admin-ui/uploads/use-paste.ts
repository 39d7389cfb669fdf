import { useEffect, useRef } from 'preact/hooks';
import type { Chosen } from './upload-queue.ts';

/** Files pasted anywhere on the page, unless one is typing. */
export function usePaste(onFiles: (chosen: readonly Chosen[]) => void): void {
  const latest = useRef(onFiles);
  latest.current = onFiles;
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      const isTyping =
        event.target instanceof Element && event.target.closest('input, textarea, dialog') !== null;
      if (files.length === 0 || isTyping) return;
      event.preventDefault();
      latest.current(files.map(nameOfItsOwn).map((file) => ({ file, path: file.name })));
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, []);
}

/** Every picture from a clipboard is called image.png; the time tells them apart. */
function nameOfItsOwn(file: File): File {
  if (file.name !== 'image.png') return file;
  const time = new Date().toISOString().slice(0, 19).replace(/[T:]/g, '-');
  return new File([file], `pasted-${time}.png`, { type: file.type });
}

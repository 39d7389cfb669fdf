import { useEffect, useRef, useState } from 'preact/hooks';
import type { StoredFile } from '../api/files.ts';

export interface Selection {
  readonly files: ReadonlyMap<string, StoredFile>;
  /** With `range`, everything from the last one on. */
  readonly toggle: (index: number, range: boolean) => void;
  readonly set: (files: readonly StoredFile[]) => void;
  readonly clear: () => void;
}

/** Which files are picked; another list starts with none. */
export function useSelection(listKey: string, at: (index: number) => StoredFile | undefined): Selection {
  const [files, setFiles] = useState<ReadonlyMap<string, StoredFile>>(new Map());
  const anchor = useRef(0);
  useEffect(() => setFiles(new Map()), [listKey]);
  return {
    files,
    toggle: (index, range) => {
      const file = at(index);
      if (file === undefined) return;
      const [from, to] = [Math.min(anchor.current, index), Math.max(anchor.current, index)];
      anchor.current = index;
      setFiles((old) => {
        const next = new Map(old);
        if (range) {
          for (let i = from; i <= to; i += 1) {
            const inner = at(i);
            if (inner !== undefined) next.set(inner.id, inner);
          }
        } else if (!next.delete(file.id)) next.set(file.id, file);
        return next;
      });
    },
    set: (chosen) => setFiles(new Map(chosen.map((file) => [file.id, file]))),
    clear: () => setFiles(new Map()),
  };
}

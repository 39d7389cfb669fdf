import type { StoredFile } from '../api/files.ts';
import type { FilePages } from './file-pages.ts';
import type { Selection } from './use-selection.ts';

/** What the table and the grid have in common. */
export interface ExplorerProps {
  readonly pages: FilePages;
  readonly total: number;
  readonly selection: Selection;
  /** The file whose details are open. */
  readonly openId: string | null;
  readonly onOpen: (file: StoredFile) => void;
  readonly onDelete: () => void;
}

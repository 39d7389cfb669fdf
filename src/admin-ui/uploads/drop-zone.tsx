import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { showFailure } from '../parts/toasts.tsx';
import { droppedFiles } from './dropped-files.ts';
import type { Chosen } from './upload-queue.ts';
import './drop-zone.css';

interface DropZoneProps {
  /** What dropping does, in words. */
  readonly text: string;
  readonly class?: string;
  readonly onFiles: (chosen: readonly Chosen[]) => void;
  readonly children: ComponentChildren;
}

/** An area to drop files on; it says so while files hover over it. */
export function DropZone({ text, class: className = '', onFiles, children }: DropZoneProps) {
  const [over, setOver] = useState(false);
  const depth = useRef(0); // children fire enter and leave too
  const leave = () => {
    depth.current = 0;
    setOver(false);
  };
  return (
    <div
      class={`drop-zone ${className}`}
      onDragEnter={(event) => {
        if (event.dataTransfer?.types.includes('Files') !== true) return;
        event.preventDefault();
        depth.current += 1;
        setOver(true);
      }}
      onDragOver={(event) => {
        if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault();
      }}
      onDragLeave={() => {
        depth.current -= 1;
        if (depth.current <= 0) leave();
      }}
      onDrop={(event) => {
        if (event.dataTransfer?.types.includes('Files') !== true) return;
        event.preventDefault();
        leave();
        droppedFiles(event.dataTransfer).then(onFiles, showFailure);
      }}
    >
      {children}
      {over && (
        <div class="drop-zone-sign">
          <Icon name="upload" size={22} />
          {text}
        </div>
      )}
    </div>
  );
}

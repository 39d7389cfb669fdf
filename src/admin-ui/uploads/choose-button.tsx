import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { Button, type ButtonKind } from '../parts/button.tsx';
import { acceptAttribute } from './limits.ts';
import type { Chosen } from './upload-queue.ts';

interface ChooseButtonProps {
  readonly kind?: ButtonKind;
  readonly small?: boolean;
  readonly disabled?: boolean;
  readonly types: readonly string[] | null;
  readonly multiple?: boolean;
  readonly onFiles: (chosen: readonly Chosen[]) => void;
  readonly children: ComponentChildren;
}

/** Opens the system's file picker. */
export function ChooseButton({ types, multiple = true, onFiles, children, ...button }: ChooseButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button {...button} icon="upload" onClick={() => input.current?.click()}>
        {children}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        multiple={multiple}
        accept={acceptAttribute(types)}
        onChange={(event) => {
          const { files } = event.currentTarget;
          onFiles([...(files ?? [])].map((file) => ({ file, path: file.name })));
          event.currentTarget.value = ''; // so that the same file can be chosen again
        }}
      />
    </>
  );
}

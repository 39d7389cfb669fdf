import { useRef } from 'preact/hooks';
import { Button } from '../parts/button.tsx';
import type { ControlProps } from '../parts/field.tsx';
import { formatBytes } from '../parts/format.ts';
import { showFailure } from '../parts/toasts.tsx';
import '../parts/picked.css';

interface BlobInputProps {
  readonly control: ControlProps;
  /** Base64. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Bytes inside the record: chosen from a file, for few people type Base64. */
export function BlobInput({ control, value, onChange }: BlobInputProps) {
  const input = useRef<HTMLInputElement>(null);
  const bytes = Math.floor((value.replace(/=+$/, '').length * 3) / 4);
  const read = async (file: File) => {
    const url = await new Promise<string>((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result as string);
      reader.onerror = () => reject(reader.error ?? new Error('The file cannot be read.'));
      reader.readAsDataURL(file);
    });
    onChange(url.replace(/^[^,]*,/, ''));
  };
  return (
    <div class="picked">
      <span class="grow soft">{value === '' ? 'nothing' : formatBytes(bytes)}</span>
      {value !== '' && (
        <Button small kind="ghost" onClick={() => onChange('')}>
          Empty
        </Button>
      )}
      <Button small onClick={() => input.current?.click()}>
        Choose
      </Button>
      <input
        {...control}
        ref={input}
        type="file"
        hidden
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file !== undefined) read(file).catch(showFailure);
          event.currentTarget.value = '';
        }}
      />
    </div>
  );
}

import type { Position } from '../api/schema.ts';

/** Where something is defined, as editors and `alyx check` write it. */
export function Place({ at }: { readonly at: Position }) {
  return (
    <code class="faint">
      {at.file.split('/').at(-1)}:{at.line}:{at.column}
    </code>
  );
}

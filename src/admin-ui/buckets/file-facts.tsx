import type { ComponentChildren } from 'preact';
import type { StoredFile } from '../api/files.ts';
import { hrefTo } from '../app/route.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { formatBytes, formatCount } from '../parts/format.ts';
import { Section } from '../parts/page.tsx';
import { Time } from '../parts/time.tsx';

/** All that is known of a file. */
export function FileFacts({ file }: { readonly file: StoredFile }) {
  const hasMetadata = Object.keys(file.metadata).length > 0;
  return (
    <>
      <dl class="facts">
        <Fact name="Path">{file.path}</Fact>
        <Fact name="Type">{file.mime_type}</Fact>
        <Fact name="Size">
          {formatBytes(file.size)} <span class="faint">({formatCount(file.size)} bytes)</span>
        </Fact>
        {file.compressed && (
          <Fact name="Stored as">
            {file.compression_type}, {formatBytes(file.stored_size)} {savings(file)}
          </Fact>
        )}
        <Fact name="Uploaded">
          <Time at={file.created_at} />
        </Fact>
        {file.version > 1 && (
          <Fact name="Changed">
            <Time at={file.updated_at} /> <span class="faint">(version {file.version})</span>
          </Fact>
        )}
        <Fact name="Owner">
          {file.owner_id === null ? (
            <span class="faint">nobody</span>
          ) : (
            <a class="facts-code mono" href={hrefTo(['users'], { user: file.owner_id })}>
              {file.owner_id}
            </a>
          )}
        </Fact>
        <Fact name="Id">
          <Code text={file.id} what="id" />
        </Fact>
        <Fact name="SHA-256">
          <Code text={file.checksum} what="checksum" />
        </Fact>
      </dl>
      {hasMetadata && (
        <Section title="Metadata">
          <pre class="facts-json" tabIndex={0} aria-label="Metadata">
            {JSON.stringify(file.metadata, null, 2)}
          </pre>
        </Section>
      )}
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Code({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <>
      <code class="facts-code" title={text}>
        {text}
      </code>
      <CopyButton text={text} what={what} />
    </>
  );
}

function savings({ size, stored_size: stored }: StoredFile) {
  if (size === 0 || stored >= size) return null;
  return <span class="faint">({Math.round((1 - stored / size) * 100)}% saved)</span>;
}

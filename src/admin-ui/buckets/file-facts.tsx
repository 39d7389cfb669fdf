import type { ComponentChildren } from 'preact';
import { ApiError } from '../api/api-error.ts';
import type { StoredFile } from '../api/files.ts';
import { getUser } from '../api/users.ts';
import { hrefTo } from '../app/route.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { formatBytes, formatCount } from '../parts/format.ts';
import { Section } from '../parts/page.tsx';
import { Time } from '../parts/time.tsx';
import { useLoad } from '../parts/use-load.ts';

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
          {file.owner_id === null ? <span class="faint">nobody</span> : <Owner id={file.owner_id} />}
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

/** A link to the account, where there is one: a token may be made for any id, and users are deleted. */
function Owner({ id }: { readonly id: string }) {
  const { data, error } = useLoad(id, (signal) => getUser(id, signal));
  if (error instanceof ApiError && error.status === 404) {
    return (
      <>
        <code class="facts-code" title={id}>
          {id}
        </code>
        <span class="faint">(no account)</span>
      </>
    );
  }
  return (
    <a class="facts-code" href={hrefTo(['users'], { user: id })} title={id}>
      {data?.email ?? <span class="mono">{id}</span>}
    </a>
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

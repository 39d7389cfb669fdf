import type { Schema } from '../api/schema.ts';
import { BucketPage } from '../buckets/bucket-page.tsx';
import { Empty } from '../parts/empty.tsx';
import { Page } from '../parts/page.tsx';
import { hrefTo } from './route.ts';

/** The page that the address names. */
export function CurrentPage({ page, schema }: { readonly page: readonly string[]; readonly schema: Schema }) {
  const [section, name] = page;
  const bucket = schema.buckets.find((known) => known.name === name);
  if (section === 'buckets' && bucket !== undefined) return <BucketPage bucket={bucket} />;
  return <NotFound address={page.join('/')} />;
}

function NotFound({ address }: { readonly address: string }) {
  return (
    <Page title="Not found">
      <Empty icon="search" title="There is nothing at this address">
        <code>{address}</code>
        <a href={hrefTo([])}>To the overview</a>
      </Empty>
    </Page>
  );
}

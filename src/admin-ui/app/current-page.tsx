import type { Schema } from '../api/schema.ts';
import { Empty } from '../parts/empty.tsx';
import { Page } from '../parts/page.tsx';
import { hrefTo } from './route.ts';

/** The page that the address names. */
export function CurrentPage({ page }: { readonly page: readonly string[]; readonly schema: Schema }) {
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

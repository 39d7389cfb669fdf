import type { User } from '../api/auth.ts';
import type { Schema } from '../api/schema.ts';
import { BucketPage } from '../buckets/bucket-page.tsx';
import { CollectionPage } from '../collections/collection-page.tsx';
import { OverviewPage } from '../overview/overview-page.tsx';
import { Empty } from '../parts/empty.tsx';
import { Page } from '../parts/page.tsx';
import { RulesPage } from '../rules/rules-page.tsx';
import { SchemaPage } from '../schema/schema-page.tsx';
import { UsersPage } from '../users/users-page.tsx';
import { hrefTo } from './route.ts';

interface CurrentPageProps {
  readonly page: readonly string[];
  readonly schema: Schema;
  readonly user: User;
}

/** The page that the address names. */
export function CurrentPage({ page, schema, user }: CurrentPageProps) {
  const [section, name] = page;
  const bucket = schema.buckets.find((known) => known.name === name);
  if (section === 'buckets' && bucket !== undefined) return <BucketPage bucket={bucket} />;
  const collection = schema.collections.find((known) => known.name === name);
  if (section === 'collections' && collection !== undefined) {
    return <CollectionPage collection={collection} schema={schema} />;
  }
  if (section === undefined) return <OverviewPage />;
  if (section === 'rules') return <RulesPage schema={schema} />;
  if (section === 'schema') return <SchemaPage schema={schema} />;
  if (section === 'users') return <UsersPage me={user} />;
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

import { getRecord, listRecords, deleteRecord, type Doc } from '../api/records.ts';
import type { Collection, Schema } from '../api/schema.ts';
import { route, setParams } from '../app/route.ts';
import { Button } from '../parts/button.tsx';
import { confirmFirst } from '../parts/confirm.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Empty } from '../parts/empty.tsx';
import { plural } from '../parts/format.ts';
import { LoadError } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { Pager } from '../parts/pager.tsx';
import { SearchBox } from '../parts/search-box.tsx';
import { useStore } from '../parts/store.ts';
import { showFailure, showToast } from '../parts/toasts.tsx';
import { useLoad } from '../parts/use-load.ts';
import { FilterBar } from './filter-bar.tsx';
import { RecordEditor } from './record-editor.tsx';
import { keyOf, labelOf } from './record-label.ts';
import { RecordTable } from './record-table.tsx';
import '../parts/toolbar.css';
import './collection-page.css';

const LIMIT = 50;
/** In the address, in place of a key: the form for a new record. */
const NEW = 'new';

interface CollectionPageProps {
  readonly collection: Collection;
  readonly schema: Schema;
}

/** A collection's records: find, make, change, delete. */
export function CollectionPage({ collection, schema }: CollectionPageProps) {
  const { params } = useStore(route);
  const { search = '', sort = '' } = params;
  const offset = Number(params.offset ?? 0);
  const filters = readFilters(params.filter);
  const expand = collection.fields.filter(isExpandable).map(({ name }) => name);
  const isNarrowed = search !== '' || filters.length > 0;
  const query = { search, sort, offset, filters, limit: LIMIT, expand };
  const listKey = JSON.stringify([collection.name, query]);
  // The last records stay until the next are there: whoever sorts or pages them keeps the focus.
  const list = useLoad(
    listKey,
    async (signal) => ({ ...(await listRecords(collection.name, query, signal)), listKey, isNarrowed }),
    true,
  );
  const remove = async (key: string, label: string) => {
    const yes = await confirmFirst({
      title: `Delete “${label}”?`,
      text: 'The record is removed for good. Files of fields with onDelete: cascade go with it.',
      action: 'Delete',
      danger: true,
    });
    if (!yes) return;
    await deleteRecord(collection.name, key);
    showToast('Record deleted.');
    setParams({ record: null });
    list.reload();
  };
  return (
    <Page
      title={collection.name}
      filled
      note={
        list.data !== null && (
          <span>
            {list.data.isNarrowed
              ? plural(list.data.total, 'match', 'matches')
              : plural(list.data.total, 'record')}
          </span>
        )
      }
      actions={
        <Button kind="primary" icon="plus" onClick={() => setParams({ record: NEW })}>
          New record
        </Button>
      }
    >
      <div class="toolbar" role="search">
        <SearchBox value={search} label={`Search ${collection.name}`} />
        <FilterBar
          collection={collection}
          filters={filters}
          onChange={(next) =>
            setParams({ filter: next.length === 0 ? null : JSON.stringify(next), offset: null })
          }
        />
      </div>
      {list.error !== null && (
        <div class="collection-error">
          <LoadError error={list.error} retry={list.reload} />
        </div>
      )}
      {list.data?.total === 0 && (
        <Empty
          icon={list.data.isNarrowed ? 'search' : 'collection'}
          title={list.data.isNarrowed ? 'No record matches' : 'No records yet'}
        >
          <span>{list.data.isNarrowed ? 'Change the search or the filters.' : 'Create the first one.'}</span>
        </Empty>
      )}
      {list.data !== null && list.data.total > 0 && (
        <RecordTable
          collection={collection}
          docs={list.data.docs}
          listKey={list.data.listKey}
          sort={sort}
          onOpen={(doc) => setParams({ record: keyOf(collection, doc) })}
        />
      )}
      {list.data !== null && list.data.total > LIMIT && (
        <div class="collection-foot">
          <Pager
            offset={offset}
            limit={LIMIT}
            total={list.data.total}
            onChange={(next) => setParams({ offset: next === 0 ? null : String(next) })}
          />
        </div>
      )}
      {params.record !== undefined && (
        <OpenRecord
          key={params.record}
          collection={collection}
          schema={schema}
          recordKey={params.record}
          onClose={() => setParams({ record: null })}
          onSaved={() => {
            setParams({ record: null });
            list.reload();
          }}
          onDelete={(doc) => {
            remove(keyOf(collection, doc), labelOf(collection, doc)).catch(showFailure);
          }}
        />
      )}
    </Page>
  );
}

interface OpenRecordProps extends CollectionPageProps {
  readonly recordKey: string;
  readonly onClose: () => void;
  readonly onSaved: () => void;
  readonly onDelete: (doc: Doc) => void;
}

function OpenRecord({ recordKey, onDelete, ...editor }: OpenRecordProps) {
  const { name } = editor.collection;
  const isNew = recordKey === NEW;
  const { data, error, reload } = useLoad(recordKey, async (signal) =>
    isNew ? null : getRecord(name, recordKey, signal),
  );
  if (isNew) return <RecordEditor {...editor} record={null} onDelete={() => undefined} />;
  if (data !== null) return <RecordEditor {...editor} record={data} onDelete={() => onDelete(data.doc)} />;
  if (error === null) return null;
  return (
    <Dialog title="Record" onClose={editor.onClose}>
      <LoadError error={error} retry={reload} />
    </Dialog>
  );
}

function isExpandable({ file, relation, references }: Collection['fields'][number]): boolean {
  return file !== null || relation !== null || references !== null;
}

function readFilters(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.map(String) : [];
  } catch {
    return [];
  }
}

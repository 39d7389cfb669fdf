import { useEffect, useRef } from 'preact/hooks';
import type { Doc } from '../api/records.ts';
import type { Collection } from '../api/schema.ts';
import { setParams } from '../app/route.ts';
import { Icon } from '../parts/icon.tsx';
import { keyOf, labelOf } from './record-label.ts';
import { RecordCell } from './record-cell.tsx';
import '../parts/sort-button.css';

interface RecordTableProps {
  readonly collection: Collection;
  readonly docs: readonly Doc[];
  /** Another list begins at its top. */
  readonly listKey: string;
  readonly sort: string;
  readonly onOpen: (doc: Doc) => void;
}

/** Without an order of their own. */
const UNSORTABLE = new Set(['json', 'blob', 'file[]']);

export function RecordTable({ collection, docs, listKey, sort, onOpen }: RecordTableProps) {
  const { fields, primary_key: primaryKey } = collection;
  const label = fields.find(({ primary, type }) => !primary && ['string', 'email', 'text'].includes(type));
  // What a record is called and looks like comes first, its key last.
  const columns = [
    ...fields.filter((field) => field === label),
    ...fields.filter(({ type }) => type === 'file'),
    ...fields.filter((field) => field !== label && !field.primary && !HIDDEN.has(field.type)),
    ...fields.filter(({ primary }) => primary),
  ];
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (scroller.current !== null) scroller.current.scrollTop = 0;
  }, [listKey]);
  return (
    <div class="record-scroller" ref={scroller} role="region" aria-label="Records" tabIndex={0}>
      <table class="record-table">
        <thead>
          <tr>
            {columns.map(({ name, type }) => (
              <th key={name} scope="col" aria-sort={sortState(sort, name)}>
                {UNSORTABLE.has(type) ? (
                  name
                ) : (
                  <button
                    type="button"
                    class="sort-button"
                    onClick={() => setParams({ sort: sort === name ? `-${name}` : name, offset: null })}
                  >
                    {name}
                    {sortState(sort, name) !== undefined && (
                      <Icon name={sort.startsWith('-') ? 'chevronDown' : 'chevronUp'} size={13} />
                    )}
                  </button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {docs.map((doc) => (
            <tr key={keyOf(collection, doc)} onClick={() => onOpen(doc)}>
              {columns.map((field, index) => (
                <td key={field.name}>
                  {index === 0 ? (
                    <button type="button" class="record-open truncate" onClick={() => onOpen(doc)}>
                      {field.name === primaryKey ? keyOf(collection, doc) : labelOf(collection, doc)}
                    </button>
                  ) : (
                    <RecordCell field={field} value={doc[field.name] ?? null} />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Shown elsewhere in the row, or only in the form. */
const HIDDEN = new Set(['richtext', 'json', 'blob', 'file']);

function sortState(sort: string, name: string): 'ascending' | 'descending' | undefined {
  if (sort === name) return 'ascending';
  return sort === `-${name}` ? 'descending' : undefined;
}

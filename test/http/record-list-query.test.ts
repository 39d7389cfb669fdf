import { expect, it } from 'vitest';
import { readRecordListQuery } from '../../src/http/record-list-query.ts';
import { loadSchema } from '../../src/schema/load-schema.ts';

const { collections } = loadSchema({
  text: `
version: 1
collections:
  notes:
    fields:
      id: { type: id, primary: true }
      rank: { type: int }
      parent: { type: relation, relation: { collection: notes } }
`,
  file: 's',
});

// A page of 1,000 records was expanded, and sorted, once for each time that a field was named.
it('counts once what a list query names again and again', () => {
  const notes = collections.get('notes');
  if (notes === undefined) throw new Error('there is no such collection');
  const query = {
    expand: 'parent, parent,'.repeat(100),
    fields: 'id,rank,id',
    sort: 'rank,-id,-rank,rank,id',
  };
  const { list, presentation } = readRecordListQuery(notes, query, false);
  expect(presentation.expand.map(({ name }) => name)).toEqual(['parent']);
  expect(presentation.fields?.map(({ name }) => name)).toEqual(['id', 'rank']);
  expect(list.order.map(({ field, descending }) => [field.name, descending])).toEqual([
    ['rank', false],
    ['id', true],
  ]);
});

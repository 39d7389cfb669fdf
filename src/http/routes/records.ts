import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isAdmin } from '../../auth/actor.ts';
import type { SignedOperation } from '../../auth/signed-tokens.ts';
import { grantLink } from '../../files/sign-file.ts';
import type { StoredFile } from '../../files/stored-file.ts';
import type { JsonObject } from '../../lib/json.ts';
import { createRecord } from '../../records/create-record.ts';
import { deleteRecord } from '../../records/delete-record.ts';
import { expandRecords } from '../../records/expand-records.ts';
import { getRecord } from '../../records/get-record.ts';
import { listRecords } from '../../records/list-records.ts';
import type { RecordPrecondition } from '../../records/record-precondition.ts';
import { keyOf, type RecordValues } from '../../records/record.ts';
import { requireCollection, type RecordsContext } from '../../records/records-context.ts';
import { updateRecord } from '../../records/update-record.ts';
import type { Collection } from '../../schema/schema.ts';
import { readObject } from '../input.ts';
import { matchesEtag } from '../reading/conditional.ts';
import { recordEtag, recordToJson } from '../record-json.ts';
import { readPresentation, readRecordListQuery, type Presentation } from '../record-list-query.ts';
import { signedPath } from '../signed-path.ts';
import { urlBase } from '../url-base.ts';

interface CollectionParams {
  Params: { collection: string };
}
interface RecordParams {
  Params: { collection: string; id: string };
}

/** The records of the schema's collections. */
export function registerRecords(
  app: FastifyInstance,
  records: RecordsContext,
  publicUrl: string | null,
): void {
  const show = (
    request: FastifyRequest,
    collection: Collection,
    presentation: Presentation,
    found: readonly RecordValues[],
  ) => showRecords(records, publicUrl, request, collection, presentation, found);

  app.get<CollectionParams>('/api/collections/:collection', async (request) => {
    const collection = requireCollection(records, request.params.collection);
    const { list, presentation } = readRecordListQuery(
      collection,
      request.query,
      isAdmin(request.caller.actor),
    );
    const page = await listRecords(records, request.caller, list);
    const docs = await show(request, collection, presentation, page.records);
    return { docs, total: page.total, limit: list.limit, offset: list.offset };
  });

  /** The query is read before the record is touched, so that a mistake in it changes nothing. */
  const answer = async (
    request: FastifyRequest,
    reply: FastifyReply,
    name: string,
    work: () => Promise<RecordValues>,
  ): Promise<FastifyReply> => {
    const collection = requireCollection(records, name);
    const presentation = readPresentation(collection, request.query, isAdmin(request.caller.actor));
    const record = await work();
    if (request.method === 'POST') reply.code(201).header('location', addressOf(collection, record));
    const [doc] = await show(request, collection, presentation, [record]);
    return reply.header('etag', recordEtag(collection, record)).send(doc);
  };

  app.post<CollectionParams>('/api/collections/:collection', (request, reply) => {
    const { collection } = request.params;
    return answer(request, reply, collection, () =>
      createRecord(records, request.caller, collection, readObject(request.body)),
    );
  });

  app.get<RecordParams>('/api/collections/:collection/:id', (request, reply) => {
    const { collection, id } = request.params;
    return answer(request, reply, collection, () => getRecord(records, request.caller, collection, id));
  });

  app.route<RecordParams>({
    method: ['PATCH', 'PUT'],
    url: '/api/collections/:collection/:id',
    handler: (request, reply) => {
      const { collection, id } = request.params;
      return answer(request, reply, collection, () =>
        updateRecord(records, request.caller, collection, id, {
          body: readObject(request.body),
          partial: request.method === 'PATCH',
          precondition: ifMatch(request),
        }),
      );
    },
  });

  app.delete<RecordParams>('/api/collections/:collection/:id', async (request, reply) => {
    const { collection, id } = request.params;
    await deleteRecord(records, request.caller, collection, id, ifMatch(request));
    return reply.code(204).send();
  });
}

async function showRecords(
  context: RecordsContext,
  publicUrl: string | null,
  request: FastifyRequest,
  collection: Collection,
  presentation: Presentation,
  found: readonly RecordValues[],
): Promise<JsonObject[]> {
  const { caller } = request;
  const expansion = await expandRecords(context, caller, found, presentation.expand);
  const base = urlBase(request, publicUrl);
  const link = (file: StoredFile, operation: SignedOperation) =>
    `${base}${signedPath(file, operation, grantLink(context.files, caller, file, operation).token)}`;
  const linksTo = (file: StoredFile) => ({
    download_url: link(file, 'download'),
    view_url: link(file, 'view'),
  });
  const view = { collection, presentation, expansion, linksTo };
  return found.map((record) => recordToJson(view, record));
}

function addressOf(collection: Collection, record: RecordValues): string {
  return `/api/collections/${collection.name}/${encodeURIComponent(keyOf(collection, record))}`;
}

/** RFC 9110 section 13.1.1: strong comparison with the record's tag. */
function ifMatch(request: FastifyRequest): RecordPrecondition {
  const header = request.headers['if-match'];
  if (header === undefined) return () => true;
  return (collection, stored) => matchesEtag(header, recordEtag(collection, stored), 'strong');
}

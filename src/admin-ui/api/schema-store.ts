import { Store } from '../parts/store.ts';
import { fetchSchema, type Schema } from './schema.ts';

/** What the server stores; it does not change while the server runs. */
export const schema = new Store<Schema | null>(null);

export async function loadSchema(signal: AbortSignal): Promise<Schema> {
  const loaded = await fetchSchema(signal);
  schema.set(loaded);
  return loaded;
}

/**
 * Maps with up to `limit` calls under way at once, results in the order of the items. No call outlives the
 * iteration, however it ends.
 */
export async function* mapInOrder<Item, Result>(
  items: AsyncIterable<Item>,
  limit: number,
  map: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underway: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const result = map(item);
      // A rejection is thrown when its turn comes; until then it must not count as unhandled.
      result.catch(() => undefined);
      underway.push(result);
      const oldest = underway.length === limit ? underway.shift() : undefined;
      if (oldest !== undefined) yield await oldest;
    }
    for (let oldest = underway.shift(); oldest !== undefined; oldest = underway.shift()) yield await oldest;
  } finally {
    await Promise.allSettled(underway);
  }
}

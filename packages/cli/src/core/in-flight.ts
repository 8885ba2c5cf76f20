/**
 * Works on items as they come, at most `limit` at a time, and settles when all are done. The first failure stops the
 * taking of new items and is thrown once those under way have settled.
 */
export async function inFlight<T>(
  limit: number,
  items: AsyncIterable<T> | Iterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  for await (const item of items) {
    const done = work(item)
      .catch((cause: unknown) => void failures.push(cause))
      .finally(() => void underWay.delete(done));
    underWay.add(done);
    if (underWay.size >= limit) await Promise.race(underWay);
    if (failures.length > 0) break;
  }
  await Promise.all(underWay);
  if (failures.length > 0) throw failures[0];
}

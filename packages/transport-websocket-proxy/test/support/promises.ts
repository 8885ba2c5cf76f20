/** Lets everything run that waits for nothing but its turn. */
export async function turns(count = 20): Promise<void> {
  for (let left = count; left > 0; left -= 1) await Promise.resolve();
}

/** What became of a promise so far. */
export async function stateOf(promise: Promise<unknown>): Promise<'pending' | 'fulfilled' | 'rejected'> {
  let state: 'pending' | 'fulfilled' | 'rejected' = 'pending';
  promise.then(
    () => (state = 'fulfilled'),
    () => (state = 'rejected'),
  );
  await turns();
  return state;
}

/** What a promise rejects with, as `code: message`. */
export async function fault(promise: Promise<unknown>): Promise<string> {
  const reason: unknown = await promise.then(
    () => new TypeError('fulfilled'),
    (error: unknown) => error,
  );
  return worded(reason);
}

/** `code: message` of an error. */
export function worded(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  return `${'code' in reason ? String(reason.code) : reason.name}: ${reason.message}`;
}

/** Reads all there is. */
export async function readAll(incoming: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return chunks;
}

/** A promise settled from outside, at most once: later calls do nothing. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Makes one. Its rejection counts as handled even if nobody watches: a transport tells each fault in several places,
 * and a caller who listens to one of them must not be punished for the others. (`Promise.withResolvers` is not in Node 20.)
 */
export function deferred<T>(): Deferred<T> {
  let settle: Omit<Deferred<T>, 'promise'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  promise.catch(() => undefined);
  // The executor above has run: the language guarantees it, the compiler cannot see it.
  if (settle === undefined) throw new TypeError('a promise executor runs at once');
  return { promise, ...settle };
}

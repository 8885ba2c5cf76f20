/** Who waits for a signal, and how to stop listening to it. */
interface Watch {
  readonly callbacks: Set<() => void>;
  readonly end: () => void;
}

const watches = new WeakMap<AbortSignal, Watch>();

/**
 * Calls back as soon as a signal aborts; check before that it has not. However many wait for one signal, it has one
 * listener: Node.js 20 warns of a leak at the eleventh, and a thousand sends under one signal are none.
 * @returns what to call when nobody waits any more
 */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (signal === undefined) return () => undefined;
  const { callbacks, end } = watches.get(signal) ?? watch(signal);
  callbacks.add(callback);
  return () => {
    // With a listener left behind, a signal made of others would live as long as they do.
    if (callbacks.delete(callback) && callbacks.size === 0) end();
  };
}

function watch(signal: AbortSignal): Watch {
  const callbacks = new Set<() => void>();
  const abort = (): void => {
    watches.delete(signal);
    for (const callback of callbacks) callback();
  };
  const end = (): void => {
    watches.delete(signal);
    signal.removeEventListener('abort', abort);
  };
  signal.addEventListener('abort', abort, { once: true });
  const made = { callbacks, end };
  watches.set(signal, made);
  return made;
}

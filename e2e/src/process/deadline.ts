import type { PeerError } from './peer-error.ts';

/**
 * Settles like `work`, or rejects with what `describe` returns after `timeoutMs`. The work itself is not stopped: callers
 * end the process behind it.
 */
export async function within<T>(work: Promise<T>, timeoutMs: number, describe: () => PeerError): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(describe());
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

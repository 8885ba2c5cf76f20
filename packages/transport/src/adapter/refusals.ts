import { TransportError } from '../errors.ts';

/** A rejection that counts as handled: a fault is also in `closed`, so ignoring this one is no crime. */
export function refused(reason: Error): Promise<never> {
  const promise = Promise.reject(reason);
  promise.catch(() => undefined);
  return promise;
}

/** What a write gets after `end()`. */
export function writeAfterEnd(label: string): TransportError {
  return new TransportError('write-after-end', `${label}: end() has been called: write everything before it`);
}

/** The reason of a transport that its owner disposed of before it was over. */
export function disposed(label: string): TransportError {
  return new TransportError('aborted', `${label} was disposed by this side: end() first to send what is queued`);
}

/** What a connection gets that its listener accepted and nobody took before it was disposed. */
export function neverTaken(listener: string): TransportError {
  return new TransportError('reset', `the listener on ${listener} was disposed before it took this connection`);
}

/** What a connection gets while `maxPending` others wait to be taken. */
export function tooManyPending(label: string, maxPending: number): TransportError {
  const text = `came while ${maxPending.toString()} connections had not been taken: iterate incoming, or raise maxPending`;
  return new TransportError('reset', `${label} ${text}`);
}

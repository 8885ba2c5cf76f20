import type { Dial, Endpoint, Transport } from '@rmq/transport';
import type { Clock } from './clock.ts';
import { TimeoutError } from './errors.ts';
import { onAbort } from './on-abort.ts';

/** How long to dial, and how to stop. */
export interface DialWithinOptions {
  readonly dial: Dial;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly timeoutMs: number;
  /** Gives up with its reason. */
  readonly signal: AbortSignal;
}

/**
 * Dials within a budget of its own, apart from that of any request: connecting can be slower than asking. A dialer that
 * goes on after it was told to stop is not waited for, and what it brings is aborted.
 * @throws TimeoutError `connect-timeout`, the signal's reason, or what `dial` throws
 */
export async function dialWithin(to: Endpoint, options: DialWithinOptions): Promise<Transport> {
  const { dial, clock, timeoutMs, signal } = options;
  const giveUp = new AbortController();
  let fail: (reason: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = (reason) => {
      giveUp.abort(reason);
      reject(reason);
    };
  });
  const cancel = clock.after(timeoutMs, () => {
    const address = `${to.host}:${to.port.toString()}`;
    fail(
      new TimeoutError('connect-timeout', `${address} did not take the connection within ${timeoutMs.toString()} ms`),
    );
  });
  const ignore = onAbort(signal, () => {
    fail(signal.reason);
  });
  const dialing = dial(to, { signal: giveUp.signal });
  dialing.then(
    (late) => {
      if (giveUp.signal.aborted) late.abort(givenUp(giveUp.signal.reason));
    },
    () => undefined, // whoever still waits hears of it below
  );
  try {
    return await Promise.race([dialing, failed]);
  } finally {
    cancel();
    ignore();
  }
}

function givenUp(reason: unknown): Error {
  return reason instanceof Error ? reason : new TimeoutError('connect-timeout', 'nobody waits for it any more');
}

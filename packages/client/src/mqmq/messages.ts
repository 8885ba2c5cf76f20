import { Backoff } from '../core/backoff.ts';
import type { Clock } from '../core/clock.ts';
import { isRetryable } from '../core/retry.ts';
import { pause } from '../core/pause.ts';
import type { Slab } from '../core/slab.ts';
import type { MqmqEvent } from './events.ts';
import { messageOf, type MqmqMessage } from './message.ts';
import type { Answer } from './session.ts';
import type { WaitingGet, WaitingGets } from './waiting-gets.ts';

/** How to loop over a queue. */
export interface MessagesOptions {
  /** Ends a wait: the loop throws its reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Each get waits this long at the server, then asks again: shorter notices a vanished server sooner. Milliseconds, 1 to
   * 3600000. @defaultValue 30000
   */
  readonly timeoutMs?: number | undefined;
}

/** {@link MessagesOptions.timeoutMs} unless given. Milliseconds. */
export const DEFAULT_WAIT_MS = 30_000;

/** What the loop works with. */
export interface MessagesContext {
  readonly gets: WaitingGets;
  /** Makes copies of what comes. */
  readonly bodies: Slab;
  readonly clock: Clock;
  readonly random: () => number;
  readonly maxBackoffMs: number;
  readonly emit: (event: MqmqEvent) => void;
  /** Aborted when the client closes. */
  readonly closing: AbortSignal;
}

/** The first pause after a failure. Milliseconds. */
const BACKOFF_BASE_MS = 100;

/** The messages of a queue, until the client closes; a get that failed is asked again. */
export async function* messagesOf(get: WaitingGet, context: MessagesContext): AsyncGenerator<MqmqMessage, void> {
  const { closing, maxBackoffMs: maxMs, random } = context;
  const backoff = new Backoff({ baseMs: BACKOFF_BASE_MS, maxMs, random });
  while (!closing.aborted) {
    const answer = await next(get, context);
    if (answer !== undefined) backoff.reset();
    else await rest(context, backoff.next(), get.signal);
    if (answer?.type === 'OK' && answer.value !== undefined) yield messageOf(answer.value, context.bodies);
  }
}

/** @returns undefined when it failed, but may not the next time */
async function next(get: WaitingGet, { closing, emit, gets }: MessagesContext): Promise<Answer | undefined> {
  try {
    return await gets.get(get);
  } catch (cause) {
    if (get.signal?.aborted === true || (!isRetryable(cause) && !closing.aborted)) throw cause;
    if (!closing.aborted) emit({ type: 'messages.retried', level: 'warn', queue: get.queue, cause });
    return undefined;
  }
}

/** A pause that closing ends quietly, and the caller's signal with its reason. */
async function rest({ clock, closing }: MessagesContext, ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    // Its own signal each time: runtimes warn of many listeners on one.
    await pause(clock, ms, AbortSignal.any(signal === undefined ? [closing] : [signal, closing]));
  } catch (reason) {
    if (!closing.aborted) throw reason;
  }
}

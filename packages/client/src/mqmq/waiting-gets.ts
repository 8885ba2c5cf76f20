import { poolOf } from '../core/connection-pool.ts';
import { ConnectionError } from '../core/errors.ts';
import type { Lease, Pool } from '../core/pool.ts';
import { withRetry } from '../core/retry.ts';
import { MAX_TIMER_MS } from '../core/options.ts';
import { Connection } from './connection.ts';
import type { MqmqEvent, QueueName } from './events.ts';
import { unsent } from './failures.ts';
import type { ResolvedClientOptions } from './options.ts';
import type { Outgoing } from './outgoing.ts';
import type { Answer } from './session.ts';

/** A get that waits at the server. */
export interface WaitingGet {
  readonly queue: QueueName;
  readonly request: Outgoing;
  /** How long the server waits. Milliseconds. */
  readonly waitMs: number;
  /** How long to wait for a connection. Milliseconds. */
  readonly acquireTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** So often is a connection asked for; the time is usually up before. */
const ATTEMPTS = 100;

/**
 * Gets that wait, each on a connection of its own, as nothing behind one is answered before it. Giving one up resets its
 * connection: a server that is about to send notices then, and keeps the message.
 */
export class WaitingGets {
  readonly #options: ResolvedClientOptions;
  readonly #pool: Pool<Connection>;
  readonly #busy = new Set<Connection>();
  /** The pool still lends to those who waited: they find this. */
  #isClosed = false;

  constructor(options: ResolvedClientOptions, emit: (event: MqmqEvent) => void) {
    const { clock, drainTimeoutMs, idleTimeoutMs: idleMs, maxOutstanding: maxWaiting, maxWaitingGets: max } = options;
    this.#options = options;
    const make = (): Connection => new Connection({ ...options, idleTimeoutMs: MAX_TIMER_MS }, emit);
    this.#pool = poolOf({ max, maxWaiting, idleMs }, { clock, drainTimeoutMs, make });
  }

  /** The connections in use. */
  get busy(): readonly Connection[] {
    return [...this.#busy];
  }

  /** Asks and waits for the answer. @throws as {@link Connection.call}, TimeoutError `acquire-timeout` */
  async get({ acquireTimeoutMs, queue, request, signal, waitMs }: WaitingGet): Promise<Answer> {
    const { resource: connection, release } = await this.#acquire(acquireTimeoutMs, signal);
    this.#busy.add(connection);
    try {
      if (this.#isClosed) throw unsent(clientClosed());
      const timeoutMs = waitMs + this.#options.requestTimeoutMs;
      return await connection.call({ type: 'Get', queue }, request, { timeoutMs, signal });
    } catch (cause) {
      if (connection.outstanding > 0) connection.cut(givenUp(connection));
      throw cause;
    } finally {
      this.#busy.delete(connection);
      release();
    }
  }

  /** Ends what waits, and lets all connections go. Never rejects. */
  async close(options: { readonly timeoutMs: number }): Promise<void> {
    this.#isClosed = true;
    for (const connection of this.#busy) connection.cut(clientClosed());
    await this.#pool.close(options);
  }

  async #acquire(timeoutMs: number, signal: AbortSignal | undefined): Promise<Lease<Connection>> {
    const deadline = this.#options.clock.now() + timeoutMs;
    try {
      return await this.#pool.acquire({ timeoutMs, signal });
    } catch (cause) {
      if (signal?.aborted === true) throw cause;
      if (!isAway(cause)) throw unsent(cause);
    }
    return this.#acquireAgain(deadline, signal);
  }

  /** A server that is away may come back in time. */
  async #acquireAgain(deadline: number, signal: AbortSignal | undefined): Promise<Lease<Connection>> {
    const { clock, maxBackoffMs: maxMs, random } = this.#options;
    try {
      return await withRetry(
        (attempt) => this.#pool.acquire({ timeoutMs: Math.ceil(attempt.timeoutMs), signal }),
        { attempts: ATTEMPTS, maxMs, isRetryable: isAway },
        { clock, random, deadline, signal },
      );
    } catch (cause) {
      throw signal?.aborted === true ? cause : unsent(cause);
    }
  }
}

function isAway(cause: unknown): boolean {
  return cause instanceof ConnectionError && cause.code !== 'client-closed';
}

function clientClosed(): ConnectionError {
  return new ConnectionError('client-closed', 'the client was closed while a get waited');
}

function givenUp({ address }: Connection): ConnectionError {
  return new ConnectionError('connection-closed', `the get that waited at ${address} was given up`);
}

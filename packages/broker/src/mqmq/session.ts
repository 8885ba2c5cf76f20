import type { Refused, Request, RequestError, Response } from '@rmq/protocol/mqmq';
import { MIN_GET_TIMEOUT_MS } from '@rmq/protocol/mqmq';
import type { Clock } from '../core/clock.ts';
import type { Answers } from './answers.ts';
import type { CloseReason, LimitError } from './events.ts';
import { endOfPuts, headOfPut } from './puts.ts';
import type { Queue, Waiter } from './queue.ts';
import type { Queues } from './queues.ts';

const TIMEOUT: Response = { type: 'Timeout' };

/** What a {@link Session} is made of. */
export interface SessionParts {
  readonly queues: Queues;
  readonly clock: Clock;
  /** The JSON of an Info. */
  readonly info: () => Uint8Array;
  /** Sends the answers to so many Puts. */
  readonly accept: (puts: number) => void;
  readonly send: (response: Response) => void;
  /** Takes a message out of a queue and sends it. @returns false when there is none */
  readonly take: (queue: Queue) => boolean;
  /** Sends a message that left its queue. */
  readonly deliver: (queue: Queue, answer: Answers) => void;
  /** The Get that waited has been answered: the next request can be taken. */
  readonly onReady: () => void;
  /** No more requests will be taken. */
  readonly onOver: (reason: CloseReason) => void;
  readonly onRefused: (error: RequestError | LimitError) => void;
}

/** One connection's requests, one after the other, without any IO: requests in, responses out. */
export class Session {
  readonly #parts: SessionParts;
  /** The queue of the last request, which is mostly that of the next, and its name as it came. */
  #queue: Queue | undefined;
  #name: Uint8Array | undefined;
  /** What Puts to it begin with, if that was asked. */
  #head: Uint8Array | undefined;
  /** Lets the waiting Get go. */
  #stopWaiting: (() => void) | undefined;
  #hasEnded = false;
  #isOver = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** A Get waits: no request is taken until it is answered. */
  get isWaiting(): boolean {
    return this.#stopWaiting !== undefined;
  }

  /** No more requests are taken. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Takes one request. @throws UsageError `value-out-of-range` for an Info that fits into no frame */
  receive(request: Request | Refused): void {
    if (request.type === 'Put') this.#put(request.queue, request.message);
    else if (request.type === 'Get') this.#get(request.queue, request.timeoutMs ?? MIN_GET_TIMEOUT_MS);
    else if (request.type === 'Refused') this.#refuse(request.error);
    else if (request.type === 'Info') this.#parts.send({ type: 'OK', value: this.#parts.info() });
    else this.#finish('quit');
  }

  /** Takes the Puts that a chunk begins with, if they go where the last request went. @returns where the rest begins */
  receivePuts(chunk: Uint8Array): number {
    const queue = this.#queue;
    if (queue === undefined || queue.isRemoved) return 0;
    const head = (this.#head ??= headOfPut(queue.name));
    const end = endOfPuts(chunk, head, Math.min(chunk.length, queue.room));
    const accepted = end === 0 ? 0 : this.#parts.queues.putAll(queue, chunk.subarray(0, end), head.length);
    if (accepted === 0) return 0;
    this.#parts.accept(accepted);
    return end;
  }

  /**
   * The client sends nothing more, and may be gone: a Get that waits ends now, as if its time were over, and no other takes
   * a message any more. Puts that have arrived count.
   */
  clientEnded(): void {
    this.#hasEnded = true;
    if (!this.isWaiting) return;
    this.#stopWaiting?.();
    this.#parts.send(TIMEOUT);
  }

  /** The connection is over. */
  close(): void {
    this.#isOver = true;
    this.#stopWaiting?.();
  }

  #put(name: Uint8Array, message: Uint8Array): void {
    const queue = this.#open(name);
    if (queue === undefined) return;
    if (this.#parts.queues.put(queue, message)) this.#parts.accept(1);
    else this.#refuse('SERVER_MEMORY_LIMIT');
  }

  #get(name: Uint8Array, timeoutMs: number): void {
    const queue = this.#open(name);
    if (queue === undefined) return;
    if (this.#hasEnded) this.#parts.send(TIMEOUT);
    else if (!this.#parts.take(queue)) this.#wait(queue, timeoutMs);
  }

  #wait(queue: Queue, timeoutMs: number): void {
    const { clock, queues, send, deliver, onReady } = this.#parts;
    const waiter: Waiter = {
      take: (answer) => {
        stop();
        deliver(queue, answer);
        onReady();
      },
    };
    const cancel = clock.after(timeoutMs, () => {
      stop();
      send(TIMEOUT);
      onReady();
    });
    const stop = (): void => {
      cancel();
      queue.leave(waiter);
      queues.left();
      this.#stopWaiting = undefined;
    };
    this.#stopWaiting = stop;
    queue.wait(waiter);
  }

  #open(name: Uint8Array): Queue | undefined {
    const last = this.#queue;
    if (name === this.#name && last !== undefined && !last.isRemoved) return last; // names are the same arrays, too
    const queue = this.#parts.queues.open(name);
    if (typeof queue !== 'string') {
      this.#name = name;
      this.#head = undefined;
      return (this.#queue = queue);
    }
    this.#refuse(queue);
    return undefined;
  }

  #refuse(error: RequestError | LimitError): void {
    this.#parts.send({ type: 'Error', error });
    this.#parts.onRefused(error);
    if (error === 'REQUEST_UNKNOWN_COMMAND') this.#finish('unknown-command');
  }

  #finish(reason: CloseReason): void {
    this.close();
    this.#parts.onOver(reason);
  }
}

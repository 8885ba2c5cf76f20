import type { Answers } from './answers.ts';
import { encodeAnswer, HEAD_BYTES } from './answers.ts';
import type { Delivery } from './deliveries.ts';
import { keyOf } from './queue-name.ts';
import { Queue } from './queue.ts';

/** What a queue takes besides its name and messages, about. Bytes. */
const QUEUE_BYTES = 512;

/** Bounds of {@link Queues}. */
export interface QueueLimits {
  /** For queues, messages, and frames that are not whole yet. Bytes; undefined: none. */
  readonly maxMemoryBytes: number | undefined;
  /** Undefined: none. */
  readonly maxQueues: number | undefined;
}

/** All queues of a server, and how much memory they take. */
export class Queues {
  readonly #limits: QueueLimits;
  readonly #queues = new Map<string, Queue>();
  #messages = 0;
  /** Memory taken, frames that arrive included. Bytes. */
  #bytes = 0;
  /** Nothing was put into a queue or taken out of one since idle queues were looked for in vain. */
  #hasNoIdle = false;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#queues.size;
  }

  /** How many messages are in queues: not those on their way to a client. */
  get messages(): number {
    return this.#messages;
  }

  /** Whether there is no room for so much more. */
  isFull(bytes: number): boolean {
    const { maxMemoryBytes } = this.#limits;
    return maxMemoryBytes !== undefined && this.#bytes + bytes > maxMemoryBytes;
  }

  /** Counts memory that is taken elsewhere, or, with a negative number, no longer is. */
  account(bytes: number): void {
    this.#bytes += bytes;
  }

  /** In the order of their names' bytes. */
  sorted(): readonly Queue[] {
    return [...this.#queues.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** The queue of this name, made if need be. @returns why it cannot be made, where it cannot */
  open(name: Uint8Array): Queue | 'SERVER_QUEUE_LIMIT' | 'SERVER_MEMORY_LIMIT' {
    const key = keyOf(name);
    const known = this.#queues.get(key);
    if (known !== undefined) return known;
    const { maxQueues } = this.#limits;
    if (maxQueues !== undefined && this.#queues.size >= maxQueues && !this.#removeIdle()) return 'SERVER_QUEUE_LIMIT';
    const bytes = QUEUE_BYTES + name.byteLength;
    if (this.isFull(bytes) && !(this.#removeIdle() && !this.isFull(bytes))) return 'SERVER_MEMORY_LIMIT';
    return this.#add(new Queue(name, key));
  }

  /** Gives a message to whoever waits for it, or keeps it. @returns false when there is no room */
  put(queue: Queue, message: Uint8Array): boolean {
    const bytes = HEAD_BYTES + message.length;
    if (queue.isAwaited) queue.hand({ bytes: encodeAnswer({ type: 'OK', value: message }), from: 0, to: bytes });
    else if (this.isFull(bytes)) return false;
    else {
      queue.push(message);
      this.#count(1, bytes);
    }
    return true;
  }

  /** Keeps the messages of Puts, for which the queue has {@link Queue.room}. @returns how many: 0 if they must go one by one */
  putAll(queue: Queue, puts: Uint8Array, head: number): number {
    if (queue.isAwaited || this.isFull(puts.length)) return 0;
    const { bytes } = queue;
    const messages = queue.pushAll(puts, head);
    this.#count(messages, queue.bytes - bytes);
    return messages;
  }

  /** Takes a message out of a queue. @returns `before`, grown, if it was right behind these; else the answer by itself */
  take(queue: Queue, before?: Answers): Answers | undefined {
    const { bytes } = queue;
    const answers = queue.shift(before);
    if (answers !== undefined) this.#count(-1, queue.bytes - bytes);
    return answers;
  }

  /** Puts back in front what did not reach its client, the first of it first; room or no room. @returns how many messages */
  giveBack(deliveries: readonly Delivery[]): number {
    let returned = 0;
    for (const { queue, answers } of [...deliveries].reverse()) {
      const messages = this.#known(queue).unshift(answers);
      this.#count(messages, answers.to - answers.from);
      returned += messages;
    }
    for (const { queue } of deliveries) this.#serve(this.#known(queue));
    return returned;
  }

  /** Forgets everything. */
  clear(): void {
    for (const queue of this.#queues.values()) queue.isRemoved = true;
    this.#queues.clear();
    this.#messages = 0;
    this.#bytes = 0;
  }

  /** A waiting Get of this queue is over: it may be idle now. */
  left(): void {
    this.#hasNoIdle = false;
  }

  /** The queue itself, or, if it was removed since, the one that took its place. */
  #known(queue: Queue): Queue {
    if (!queue.isRemoved) return queue;
    const other = this.#queues.get(queue.key);
    return other ?? this.#add(new Queue(queue.name, queue.key));
  }

  #add(queue: Queue): Queue {
    this.#queues.set(queue.key, queue);
    this.#bytes += QUEUE_BYTES + queue.name.byteLength;
    return queue;
  }

  #serve(queue: Queue): void {
    while (queue.isAwaited) {
      const answer = this.take(queue);
      if (answer === undefined) break;
      queue.hand(answer);
    }
  }

  #count(messages: number, bytes: number): void {
    this.#messages += messages;
    this.#bytes += bytes;
    this.#hasNoIdle = false;
  }

  /** Makes room where there is a bound: the original keeps each queue for ever. @returns whether there was one to remove */
  #removeIdle(): boolean {
    if (this.#hasNoIdle) return false;
    this.#hasNoIdle = true; // until something moves: a flood of new names must not look through all queues each time
    const before = this.#queues.size;
    for (const queue of this.#queues.values()) {
      if (!queue.isIdle) continue;
      queue.isRemoved = true;
      this.#queues.delete(queue.key);
      this.#bytes -= QUEUE_BYTES + queue.name.byteLength;
    }
    return this.#queues.size < before;
  }
}

import { Deque } from '../core/deque.ts';
import type { Taker } from './message-list.ts';
import { messagesIn } from './message-list.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';

/** Messages of one queue that leave together: one by itself, or several that were behind each other in its memory. */
interface Delivery {
  readonly queue: Queue;
  /** The number of the batch they leave in. */
  readonly batch: number;
  readonly bytes: Uint8Array;
  readonly from: number;
  /** Where the last one ends; 0: all of `bytes` is one message. */
  to: number;
}

/**
 * Messages of one connection that left their queues and have not been handed to the carrier yet. There is no
 * acknowledgement: what has been handed over counts as delivered, as in the original; what could not be goes back.
 * Most were taken one behind the other and are remembered as one: an object for each would outlive many collections.
 */
export class Deliveries implements Taker {
  readonly #queues: Queues;
  #pending = new Deque<Delivery>();
  /** The last of them. */
  #last: Delivery | undefined;
  /** Where the message is that was taken and not added yet. */
  #bytes: Uint8Array | undefined;
  #from = 0;
  #to = 0;

  constructor(queues: Queues) {
    this.#queues = queues;
  }

  taken(bytes: Uint8Array, from: number, to: number): void {
    this.#bytes = bytes;
    this.#from = from;
    this.#to = to;
  }

  /** A message has been queued for sending: the one that was taken, or one that never was in its queue. */
  add(queue: Queue, message: Uint8Array, batch: number): void {
    const bytes = this.#bytes;
    const last = this.#last;
    this.#bytes = undefined;
    if (bytes === undefined) this.#push({ queue, batch, bytes: message, from: 0, to: 0 });
    else if (last?.bytes === bytes && last.to === this.#from && last.batch === batch) last.to = this.#to;
    else this.#push({ queue, batch, bytes, from: this.#from, to: this.#to });
  }

  /** What was in batches before this one has been handed over. */
  sent(batch: number): void {
    while ((this.#pending.at(0)?.batch ?? batch) < batch) this.#pending.shift();
    if (this.#pending.length === 0) this.#last = undefined;
  }

  /** Nothing more will be sent: puts what is left back in front of its queues. @returns how many messages */
  giveBack(): number {
    const pending = this.#pending;
    this.#pending = new Deque();
    this.#last = undefined;
    const returned: { readonly queue: Queue; readonly message: Uint8Array }[] = [];
    for (let each = pending.shift(); each !== undefined; each = pending.shift()) {
      const { queue, bytes, from, to } = each;
      for (const message of to === 0 ? [bytes] : messagesIn(bytes, from, to)) returned.push({ queue, message });
    }
    this.#queues.giveBack(returned);
    return returned.length;
  }

  #push(delivery: Delivery): void {
    this.#last = delivery;
    this.#pending.push(delivery);
  }
}

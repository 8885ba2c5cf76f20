import { Deque } from '../core/deque.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';

interface Delivery {
  readonly queue: Queue;
  readonly message: Uint8Array;
  /** How much has been sent when this has been. Bytes since the connection began. */
  readonly end: number;
}

/**
 * Messages of one connection that left their queues and have not been handed to the carrier yet. There is no
 * acknowledgement: what has been handed over counts as delivered, as in the original; what could not be goes back.
 */
export class Deliveries {
  readonly #queues: Queues;
  #pending = new Deque<Delivery>();
  #sent = 0;

  constructor(queues: Queues) {
    this.#queues = queues;
  }

  /** A message has been queued for sending. @param queued - all that waits to be sent then. Bytes */
  add(queue: Queue, message: Uint8Array, queued: number): void {
    this.#pending.push({ queue, message, end: this.#sent + queued });
  }

  /** So much more has been handed over. Bytes. */
  sent(bytes: number): void {
    this.#sent += bytes;
    for (let first = this.#pending.at(0); first !== undefined && first.end <= this.#sent; first = this.#pending.at(0)) {
      this.#pending.shift();
    }
  }

  /** Nothing more will be sent: puts what is left back in front of its queues. @returns how many messages */
  giveBack(): number {
    const pending = this.#pending;
    this.#pending = new Deque();
    const returned: Delivery[] = [];
    for (let each = pending.shift(); each !== undefined; each = pending.shift()) returned.push(each);
    this.#queues.giveBack(returned);
    return returned.length;
  }
}

import { Deque } from '../core/deque.ts';
import type { Answers } from './answers.ts';
import type { Queue } from './queue.ts';

/** Messages of one queue that leave together, as the answers that they are sent in. */
export interface Delivery {
  readonly queue: Queue;
  readonly answers: Answers;
  /** The number of the batch they leave in. */
  readonly batch: number;
}

/**
 * Messages of one connection that left their queues and have not been handed to the carrier yet. There is no
 * acknowledgement: what has been handed over counts as delivered, as in the original; what could not be goes back.
 */
export class Deliveries {
  readonly #pending = new Deque<Delivery>();

  /** Messages will be sent. */
  add(delivery: Delivery): void {
    this.#pending.push(delivery);
  }

  /** What was in batches before this one has been handed over. */
  sent(batch: number): void {
    while ((this.#pending.at(0)?.batch ?? batch) < batch) this.#pending.shift();
  }

  /** Nothing more will be sent. @returns what is left */
  takeAll(): readonly Delivery[] {
    const left: Delivery[] = [];
    for (let each = this.#pending.shift(); each !== undefined; each = this.#pending.shift()) left.push(each);
    return left;
  }
}

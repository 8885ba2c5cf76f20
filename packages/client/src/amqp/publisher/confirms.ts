import { ProtocolError } from '@rmq/protocol';
import type { Args } from '@rmq/protocol/amqp';
import type { Clock } from '../../core/clock.ts';
import { TimeoutError } from '../../core/errors.ts';
import { Replies, type Waiting } from '../../core/replies.ts';
import { PublishError } from '../errors.ts';
import type { Returns } from './returns.ts';

/** A publish that waits for its confirm. */
export type Unconfirmed = Waiting<undefined, void>;

/**
 * Finds the publishes that a confirm is about. Publishes are numbered from 1; confirms come in any order, and one that is
 * `multiple` is for all up to its number that are still open. Each number is looked at once by those, so settling costs
 * what was settled.
 */
export class Confirms {
  readonly #replies: Replies<undefined, void>;
  readonly #returns: Returns | undefined;
  #last = 0;
  /** All up to this one are settled. */
  #settled = 0;

  /** @param returns - knows which messages came back, if any can */
  constructor(clock: Clock, address: string, returns: Returns | undefined) {
    this.#returns = returns;
    this.#replies = new Replies(clock, (waiting) => {
      const late = `${address} did not confirm within ${waiting.deadline - waiting.since} ms`;
      waiting.reject(new PublishError('publish-unknown', late, { cause: new TimeoutError('request-timeout', late) }));
    });
  }

  /** Publishes without a confirm yet. */
  get size(): number {
    return this.#replies.size;
  }

  /** Notes a publish that was just sent. @returns its number */
  add(unconfirmed: Unconfirmed): number {
    this.#last += 1;
    this.#replies.add(this.#last, unconfirmed);
    return this.#last;
  }

  /** @throws ProtocolError `frame-unexpected` for what was not published */
  receive({ deliveryTag, multiple }: Args<'basic.ack'>, isAck: boolean): void {
    if (deliveryTag > this.#last) {
      const claim = `publish ${deliveryTag} was confirmed, of ${this.#last}`;
      throw new ProtocolError('frame-unexpected', claim);
    }
    if (!multiple) {
      this.#settle(deliveryTag, isAck);
      return;
    }
    // 0 means all there are, as in acks of consumers.
    const upTo = deliveryTag === 0 ? this.#last : deliveryTag;
    while (this.#settled < upTo) {
      this.#settled += 1;
      this.#settle(this.#settled, isAck);
    }
  }

  /** Settles when no publish waits any more. */
  async quiet(): Promise<void> {
    while (this.#replies.size > 0) await this.#replies.empty();
  }

  /** The channel is over: nobody knows what became of those that wait. */
  end(fault: Error): void {
    const message = `nobody knows whether it arrived: ${fault.message}`;
    // Also if none waits: a timer for those that did would keep the program from ending.
    this.#replies.failAll(new PublishError('publish-unknown', message, { cause: fault }));
  }

  #settle(sequence: number, isAck: boolean): void {
    const returned = this.#returns?.take(sequence);
    const waiting = this.#replies.take(sequence);
    if (waiting === undefined) return;
    if (!isAck) waiting.reject(new PublishError('publish-refused', 'the server refused the message'));
    else if (returned === undefined) waiting.resolve();
    else {
      const why = `${returned.replyCode} ${returned.replyText}`;
      waiting.reject(new PublishError('publish-returned', `no queue took the message: ${why}`, { returned }));
    }
  }
}

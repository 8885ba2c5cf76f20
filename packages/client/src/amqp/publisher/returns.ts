import type { Args, Content, Properties } from '@rmq/protocol/amqp';
import type { ReturnReason } from '../errors.ts';

/** What tells a message from others that are under way. */
export interface Identity {
  readonly routingKey: string;
  readonly properties: Properties;
  readonly body: Uint8Array;
}

/**
 * Finds which publish a returned message was. A return has no number, but it comes before the confirm of its message, in the
 * order of publishing, and brings all of it. Messages alike in all that is compared went the same way, so it does not matter
 * which of them is taken.
 */
export class Returns {
  /**
   * The publishes from {@link #base} on, those settled left out. No Map: V8 chains the tables that a busy one leaves behind,
   * and what was in them.
   */
  #outstanding: (Identity | undefined)[] = [];
  /** The number of the first one there. */
  #base = 1;
  /** Those before this place are settled. */
  #first = 0;
  readonly #returned = new Map<number, ReturnReason>();

  /** Notes a publish; their numbers follow each other. */
  add(sequence: number, identity: Identity): void {
    this.#outstanding[sequence - this.#base] = identity;
  }

  /** A message came back. @returns false if it is none of those under way */
  receive({ replyCode, replyText, exchange, routingKey }: Args<'basic.return'>, content: Content): boolean {
    for (let place = this.#first; place < this.#outstanding.length; place += 1) {
      const identity = this.#outstanding[place];
      if (identity?.routingKey !== routingKey || !isSame(identity, content)) continue;
      this.#outstanding[place] = undefined;
      this.#returned.set(this.#base + place, { replyCode, replyText, exchange, routingKey });
      return true;
    }
    return false;
  }

  /** Forgets a publish that is settled. @returns why it came back, if it did */
  take(sequence: number): ReturnReason | undefined {
    if (sequence >= this.#base) this.#outstanding[sequence - this.#base] = undefined;
    this.#compact(sequence);
    const reason = this.#returned.get(sequence);
    if (reason !== undefined) this.#returned.delete(sequence);
    return reason;
  }

  /** Lets go of what is settled in runs: removing each by itself would move all others every time. */
  #compact(sequence: number): void {
    const { length } = this.#outstanding;
    if (sequence !== this.#base + this.#first) return;
    while (this.#first < length && this.#outstanding[this.#first] === undefined) this.#first += 1;
    if (this.#first < length && this.#first < COMPACT_AT) return;
    this.#outstanding.splice(0, this.#first);
    this.#base += this.#first;
    this.#first = 0;
  }
}

const COMPACT_AT = 1_024;

function isSame({ properties, body }: Identity, content: Content): boolean {
  if (properties.messageId !== content.properties.messageId) return false;
  if (properties.correlationId !== content.properties.correlationId) return false;
  return body.length === content.body.length && body.every((byte, index) => byte === content.body[index]);
}

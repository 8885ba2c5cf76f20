import { ProtocolError } from '@rmq/protocol';
import type { Args, Content } from '@rmq/protocol/amqp';
import type { Clock } from '../../core/clock.ts';
import { Slab } from '../../core/slab.ts';
import type { ChannelSession } from '../channel-session.ts';

/**
 * Where a delivery stands: `ready` to be handed out, `out` with the application, `acked` by it and not said yet, `settled`.
 */
export type EntryState = 'ready' | 'out' | 'acked' | 'settled';

/** A delivery that the server waits to hear of, between the one before it and the one behind. */
export interface Entry {
  readonly args: Args<'basic.deliver'> | Args<'basic.getOk'>;
  readonly content: Content;
  state: EntryState;
  before: Entry | undefined;
  behind: Entry | undefined;
}

/** A delivery, as it enters. */
export type Arrival = Pick<Entry, 'args' | 'content'> & { readonly state: 'ready' | 'out' };

/** What a {@link Ledger} goes by. */
export interface LedgerOptions {
  readonly clock: Clock;
  /** So many acks are said at once, without waiting for more. */
  readonly flushAt: number;
  /** The server may have so many unsettled with us. */
  readonly limit: number;
  /** Called when the application has settled something. */
  readonly onSettled?: (() => void) | undefined;
}

/** An ack waits this long for others. Milliseconds. */
const ACK_DELAY_MS = 1;

/**
 * The unsettled deliveries of one channel, oldest first, and what is to be said about them.
 *
 * An ack waits for others: those of the oldest deliveries without a gap are said as one `multiple`, which is safe because
 * nothing unsettled is older; the others one by one. A list and no map by tag: one message that stays for long must not
 * make the others cost more.
 */
export class Ledger {
  /** Makes copies of what was delivered. */
  readonly bodies: Slab = new Slab();
  readonly #channel: () => ChannelSession;
  readonly #options: LedgerOptions;
  #oldest: Entry | undefined;
  #newest: Entry | undefined;
  #unsettled = 0;
  #acked: Entry[] = [];
  #cancelTimer: (() => void) | undefined;
  #isOver = false;

  /** @param channel - asked for when there is something to say: the ledger is made before it */
  constructor(channel: () => ChannelSession, options: LedgerOptions) {
    this.#channel = channel;
    this.#options = options;
  }

  /** Deliveries that the application has not settled. */
  get unsettled(): number {
    return this.#unsettled;
  }

  /** Enters a delivery. @throws ProtocolError `frame-unexpected` when the server sends far more than it may */
  add({ args, content, state }: Arrival): Entry {
    const { limit } = this.#options;
    if (this.#unsettled >= limit) {
      throw new ProtocolError('frame-unexpected', `more than ${limit} messages arrived without an ack`);
    }
    const entry: Entry = { args, content, state, before: this.#newest, behind: undefined };
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.behind = entry;
    this.#newest = entry;
    this.#unsettled += 1;
    return entry;
  }

  /** The application is done with it. Said with others, soon. */
  ack(entry: Entry): void {
    if (!this.#settle(entry)) return;
    entry.state = 'acked';
    this.#acked.push(entry);
    if (this.#acked.length >= this.#options.flushAt) this.flush();
    else this.#cancelTimer ??= this.#options.clock.after(ACK_DELAY_MS, this.#flushLate);
    this.#options.onSettled?.();
  }

  /** The application does not want it, or not now. Said at once. */
  giveBack(entry: Entry, { requeue }: { readonly requeue: boolean }): void {
    if (!this.#settle(entry)) return;
    this.#unlink(entry);
    const { deliveryTag } = entry.args;
    this.#channel().send({ name: 'basic.reject', args: { deliveryTag, requeue } });
    this.#options.onSettled?.();
  }

  /** Says what has not been said. */
  flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#isOver) return;
    const acked = this.#acked;
    this.#acked = [];
    this.#flushOldest();
    for (const entry of acked) {
      if (entry.state !== 'acked') continue;
      this.#unlink(entry);
      this.#say(entry, false);
    }
  }

  /** The channel is over: the server delivers again what it has not heard of. */
  end(): void {
    this.#isOver = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#acked = [];
    this.#oldest = this.#newest = undefined;
  }

  readonly #flushLate = (): void => {
    this.#cancelTimer = undefined;
    this.flush();
  };

  #flushOldest(): void {
    let last: Entry | undefined;
    let count = 0;
    for (let entry = this.#oldest; entry?.state === 'acked'; entry = this.#oldest) {
      this.#unlink(entry);
      last = entry;
      count += 1;
    }
    if (last !== undefined) this.#say(last, count > 1);
  }

  #say({ args }: Entry, multiple: boolean): void {
    this.#channel().send({ name: 'basic.ack', args: { deliveryTag: args.deliveryTag, multiple } });
  }

  /** @returns whether there is something to do about it */
  #settle(entry: Entry): boolean {
    if (entry.state !== 'out') return false;
    entry.state = 'settled';
    this.#unsettled -= 1;
    if (this.#isOver) this.#options.onSettled?.();
    return !this.#isOver;
  }

  /** Points nowhere afterwards: an old entry that is kept must not keep all that came behind it. */
  #unlink(entry: Entry): void {
    const { before, behind } = entry;
    entry.state = 'settled';
    if (before === undefined) this.#oldest = behind;
    else before.behind = behind;
    if (behind === undefined) this.#newest = before;
    else behind.before = before;
    entry.before = entry.behind = undefined;
  }
}

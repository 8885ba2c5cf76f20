import { UsageError } from '@rmq/protocol';

/** What takes messages out of a {@link MessageSource}: one at a time may. */
export interface Reader {
  /** There may be something to take. */
  readonly wake: () => void;
  /**
   * No more is to be taken. Resolves when what it is working on is settled; never rejects.
   * @param fault - why there will be nothing more, if the application did not ask for it: its reading fails with this
   */
  readonly stop: (fault?: Error) => Promise<void>;
  /** Messages being worked on. */
  readonly running: number;
  /** Called while stopping: a message was settled. */
  readonly settled?: () => void;
}

/** Where readers get messages from: a place for each (`Slot`), and what the application sees of it (`Message`). */
export interface MessageSource<Slot, Message> {
  /** The next one to hand out; undefined when there is none now. */
  readonly take: () => Slot | undefined;
  /** A message as the application sees it. Throws or rejects when it cannot be made of what was sent. */
  readonly open: (slot: Slot) => Message | Promise<Message>;
  /** A handler succeeded: acks the message unless the handler has settled it. */
  readonly ack: (slot: Slot) => void;
  /** A handler failed: says so, and gives the message back unless the handler has settled it. Never rejects. */
  readonly failed: (slot: Slot, cause: unknown) => Promise<void>;
  /** A message could not be opened. Never rejects. */
  readonly unreadable: (slot: Slot, cause: unknown) => Promise<void>;
  /** A loop was left with this message: the next reader gets it first, unless it was settled. */
  readonly putBack: (slot: Slot) => void;
  /** Whether the application still has to settle it, or settling it is under way. */
  readonly isUnsettled: (slot: Slot) => boolean;
  /** Frees the place for another reader. */
  readonly detach: (reader: Reader) => void;
}

/** Whether something must be waited for. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** The one place that a reader can have. */
export class ReaderSeat {
  #reader: Reader | undefined;
  #isClosed = false;

  /** Who reads now. */
  get reader(): Reader | undefined {
    return this.#reader;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Makes `reader` the one that takes messages. @throws UsageError `reader-taken`, `consumer-closed` */
  attach(reader: Reader): void {
    if (this.#isClosed) throw new UsageError('consumer-closed', 'the consumer is closed');
    if (this.#reader !== undefined) throw new UsageError('reader-taken', 'only one loop or run() at a time');
    this.#reader = reader;
  }

  /** Frees the place for another reader. */
  detach(reader: Reader): void {
    if (this.#reader === reader) this.#reader = undefined;
  }

  /** Lets nobody in any more, and whoever is there end. Resolves when that one's work is settled, which may be never. */
  async close(fault?: Error): Promise<void> {
    this.#isClosed = true;
    await this.#reader?.stop(fault);
  }
}

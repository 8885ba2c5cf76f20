/** What a tick of {@link Heartbeat} calls for. */
export type HeartbeatVerdict = 'quiet' | 'send' | 'dead';

/** When bytes last came and went. Any clock. */
export interface Traffic {
  readonly receivedAt: number;
  readonly sentAt: number;
}

/** Silent for so many ticks, of half an interval each, the server is taken for dead: twice the interval. */
const PATIENCE_TICKS = 4;

/**
 * Judges by bytes, whatever they are: who sends data need not send heartbeats, and is not asked for any.
 *
 * It counts ticks and no time: a timer that comes late, because the program was busy or the machine asleep, is one tick,
 * and what arrived meanwhile is read before the next. So a pause on this side is never taken for silence on the other.
 */
export class Heartbeat {
  #receivedAt: number;
  #sentAt: number;
  #silentTicks = 0;

  constructor({ receivedAt, sentAt }: Traffic) {
    this.#receivedAt = receivedAt;
    this.#sentAt = sentAt;
  }

  /** To be called every half interval. @param now - counts as sent at if the verdict is to send */
  tick({ receivedAt, sentAt }: Traffic, now: number): HeartbeatVerdict {
    this.#silentTicks = receivedAt === this.#receivedAt ? this.#silentTicks + 1 : 0;
    const isIdle = sentAt === this.#sentAt;
    this.#receivedAt = receivedAt;
    this.#sentAt = isIdle ? now : sentAt;
    if (this.#silentTicks >= PATIENCE_TICKS) return 'dead';
    return isIdle ? 'send' : 'quiet';
  }
}

import type { RemotingCommand } from '@rmq/protocol/rocketmq';
import type { Clock } from '../core/clock.ts';
import { PeerError } from './peer-error.ts';

/** How many questions one client may leave open. */
const MAX_PENDING = 1_024;

interface Pending {
  readonly settle: (answer: RemotingCommand) => void;
  readonly fail: (reason: PeerError) => void;
  readonly cancel: () => void;
}

/** What the broker has asked one client and waits to hear. */
export class PendingAsks {
  readonly #clock: Clock;
  readonly #pending = new Map<number, Pending>();
  #isOver = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits for the answer that carries this opaque. @throws PeerError */
  open(opaque: number, timeoutMs: number): Promise<RemotingCommand> {
    if (this.#isOver) return Promise.reject(new PeerError('peer-gone', 'the connection is over'));
    if (this.#pending.size >= MAX_PENDING) {
      return Promise.reject(new PeerError('peer-busy', `${MAX_PENDING} requests wait for this client already`));
    }
    return new Promise((settle, fail) => {
      const cancel = this.#clock.after(timeoutMs, () => {
        this.#pending.delete(opaque);
        fail(new PeerError('peer-timeout', `no answer within ${timeoutMs} ms`));
      });
      this.#pending.set(opaque, { settle, fail, cancel });
    });
  }

  /** Hands an answer to whoever waits for it; a late one is dropped. */
  settle(answer: RemotingCommand): void {
    const pending = this.#pending.get(answer.opaque);
    this.#pending.delete(answer.opaque);
    pending?.cancel();
    pending?.settle(answer);
  }

  /** The connection is over: nobody will answer any more. */
  close(): void {
    this.#isOver = true;
    for (const { fail, cancel } of this.#pending.values()) {
      cancel();
      fail(new PeerError('peer-gone', 'the connection ended before the answer'));
    }
    this.#pending.clear();
  }
}

import type { ProcessQueue, Slot } from './process-queue.ts';

/**
 * Chooses what is handed out next: one message from each queue that has some, in turn, so that a queue with a backlog
 * does not keep the others waiting.
 *
 * A queue decides itself what it gives and when (`take`): one that must stay in order can hold back until its last
 * message is finished.
 */
export class ReadyQueues {
  readonly #ring: ProcessQueue[] = [];
  #at = 0;
  /** Called when a queue came in: there is something to take. One reader at a time sets it. */
  onReady: (() => void) | undefined;

  /** Takes part with `queue` until it is dropped. */
  watch(queue: ProcessQueue): void {
    queue.onReady = () => {
      if (!this.#ring.includes(queue)) this.#ring.push(queue);
      this.onReady?.();
    };
  }

  /** The next message, marked `out`; undefined when none waits. */
  take(): Slot | undefined {
    while (this.#ring.length > 0) {
      if (this.#at >= this.#ring.length) this.#at = 0;
      const slot = this.#ring[this.#at]?.take();
      if (slot !== undefined) {
        this.#at += 1;
        return slot;
      }
      // Empty or dropped: out until it says `onReady` again.
      this.#ring.splice(this.#at, 1);
    }
    return undefined;
  }
}

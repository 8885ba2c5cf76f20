import { unitBytes, windowBytes } from './protocol.ts';

/**
 * How many messages may be on their way per unit: each costs memory beside its bytes, in the WebSocket and at the other
 * side, and a million messages of one byte are within the window.
 */
const maxMessages = 4_096;

/**
 * The sender's account of one direction: what may go out now. A message goes when all of it fits. Waiting for that never
 * hangs, since once the other side has passed on everything, less than a unit is unacknowledged.
 */
export class SendWindow {
  #outstanding = 0;
  /** Messages since the last acknowledgement. */
  #messages = 0;

  /** Sent and not acknowledged. Bytes. */
  get outstanding(): number {
    return this.#outstanding;
  }

  /** Whether a message of this many bytes, at most {@link unitBytes}, may be sent now. */
  fits(bytes: number): boolean {
    // With less than a unit on its way no acknowledgement may ever come, so that waiting for one would hang.
    const tooMany = this.#messages >= maxMessages && this.#outstanding >= unitBytes;
    return !tooMany && this.#outstanding + bytes <= windowBytes;
  }

  /** Books a message. */
  sent(bytes: number): void {
    this.#outstanding += bytes;
    this.#messages += 1;
  }

  /** Books an acknowledgement. @returns false if it is for bytes never sent: the other side breaks the protocol */
  acknowledged(): boolean {
    if (this.#outstanding < unitBytes) return false;
    this.#outstanding -= unitBytes;
    this.#messages = 0;
    return true;
  }
}

/** The receiver's account of one direction: what it still has to acknowledge. */
export class ReceiveWindow {
  #outstanding = 0;
  #passed = 0;

  /** Received, and not acknowledged yet. Bytes. */
  get outstanding(): number {
    return this.#outstanding;
  }

  /** Books a message that came. @returns false if it overruns the window: the other side breaks the protocol */
  received(bytes: number): boolean {
    this.#outstanding += bytes;
    return this.#outstanding <= windowBytes;
  }

  /** Books bytes as passed on. @returns how many acknowledgements to send for that, now */
  passedOn(bytes: number): number {
    this.#passed += bytes;
    const units = Math.floor(this.#passed / unitBytes);
    this.#passed -= units * unitBytes;
    this.#outstanding -= units * unitBytes;
    return units;
  }
}

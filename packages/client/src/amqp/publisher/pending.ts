import type { Properties, TemplatedMessage } from '@rmq/protocol/amqp';
import type { Budget } from '../../core/budget.ts';
import type { Unconfirmed } from './confirms.ts';

/** What {@link Pending} is made of. */
interface PendingOptions extends TemplatedMessage {
  readonly routingKey: string;
  readonly since: number;
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  readonly budget: Budget;
  readonly fulfil: () => void;
  readonly fail: (reason: unknown) => void;
}

/**
 * A publish under way: the message, whom to tell, and the room it takes until it is settled. All of it in one object with
 * methods, since there is one for each message: objects for its parts and closures cost a tenth of a publish.
 */
export class Pending implements Unconfirmed, TemplatedMessage {
  readonly call: undefined = undefined;
  readonly body: Uint8Array;
  readonly properties: Properties | undefined;
  readonly routingKey: string;
  readonly since: number;
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  /** Called when it failed: nothing need be remembered about it. */
  forget: (() => void) | undefined;
  /** Of the body: its owner may have transferred it away by the time it is settled. */
  readonly bytes: number;
  readonly #budget: Budget;
  readonly #fulfil: () => void;
  readonly #fail: (reason: unknown) => void;

  constructor(given: PendingOptions) {
    this.body = given.body;
    this.properties = given.properties;
    this.bytes = given.body.length;
    this.routingKey = given.routingKey;
    this.since = given.since;
    this.deadline = given.deadline;
    this.signal = given.signal;
    this.#budget = given.budget;
    this.#fulfil = given.fulfil;
    this.#fail = given.fail;
  }

  resolve(): void {
    this.#fulfil();
    this.#budget.leave(this.bytes);
  }

  reject(reason: unknown): void {
    this.forget?.();
    this.#fail(reason);
    this.#budget.leave(this.bytes);
  }
}

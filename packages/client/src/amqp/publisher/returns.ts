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
  /** By number, oldest first. */
  readonly #outstanding = new Map<number, Identity>();
  readonly #returned = new Map<number, ReturnReason>();

  add(sequence: number, identity: Identity): void {
    this.#outstanding.set(sequence, identity);
  }

  /** A message came back. @returns false if it is none of those under way */
  receive({ replyCode, replyText, exchange, routingKey }: Args<'basic.return'>, content: Content): boolean {
    for (const [sequence, identity] of this.#outstanding) {
      if (identity.routingKey !== routingKey || !isSame(identity, content)) continue;
      this.#outstanding.delete(sequence);
      this.#returned.set(sequence, { replyCode, replyText, exchange, routingKey });
      return true;
    }
    return false;
  }

  /** Forgets a publish that is settled. @returns why it came back, if it did */
  take(sequence: number): ReturnReason | undefined {
    this.#outstanding.delete(sequence);
    const reason = this.#returned.get(sequence);
    if (reason !== undefined) this.#returned.delete(sequence);
    return reason;
  }
}

function isSame({ properties, body }: Identity, content: Content): boolean {
  if (properties.messageId !== content.properties.messageId) return false;
  if (properties.correlationId !== content.properties.correlationId) return false;
  return body.byteLength === content.body.byteLength && body.every((byte, index) => byte === content.body[index]);
}

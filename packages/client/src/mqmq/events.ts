import type { ClientEvent } from '../core/events.ts';

/** The name of a queue: any bytes, also none, up to 1024; text is UTF-8. */
export type QueueName = string | Uint8Array;

/** What happens in a client that is nobody's call. Never holds messages. */
export type MqmqEvent =
  | ClientEvent
  /** The answer to a get that was given up brought a message after all: nobody has it now. */
  | { readonly type: 'message.lost'; readonly level: 'warn'; readonly address: string; readonly queue: QueueName }
  /** A loop over a queue could not ask for the next message, and asks again after a pause. */
  | { readonly type: 'messages.retried'; readonly level: 'warn'; readonly queue: QueueName; readonly cause: unknown };

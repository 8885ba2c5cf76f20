import type { MessageHandler } from '../../core/runner.ts';
import type { ReceivedMessage } from './received-message.ts';

/** Handles one message. Returning or resolving acks it, a throw or a rejection sends it back for a later retry. */
export type Handler = MessageHandler<ReceivedMessage>;

/** How `run` consumes. */
export interface RunOptions {
  /** Most handlers at a time. 1 to 1000. @defaultValue 20 */
  readonly concurrency?: number | undefined;
  /** When aborted, nothing more is taken, and `run` resolves as soon as the running handlers are done. */
  readonly signal?: AbortSignal | undefined;
}

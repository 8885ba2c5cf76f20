import type { ProtocolError } from '@rmq/protocol';
import type { MessageQueue } from '@rmq/protocol/rocketmq/messages';

interface Common {
  /** The consumer group. */
  readonly group: string;
}

/** What happens to members of consumer groups. Part of RocketmqEvent. Never holds bodies. */
export type ConsumerEvent =
  /** The member's share of a topic changed. `owned` is the new share. */
  | (Common & {
      readonly type: 'rebalance';
      readonly level: 'info';
      readonly topic: string;
      readonly members: number;
      readonly gained: readonly MessageQueue[];
      readonly lost: readonly MessageQueue[];
      readonly owned: readonly MessageQueue[];
    })
  /** A topic could not be shared out, or a queue not begun: it stays as it is until the next attempt. */
  | (Common & {
      readonly type: 'rebalance.failed';
      readonly level: 'warn';
      readonly topic: string;
      readonly cause: unknown;
    })
  /** A pull failed; it is repeated after `delayMs`. */
  | (Common & {
      readonly type: 'pull.failed';
      readonly level: 'warn';
      readonly queue: MessageQueue;
      readonly delayMs: number;
      readonly cause: unknown;
    })
  /** The broker does not have the offset that was asked for (or an operator moved it): the queue begins again at `to`. */
  | (Common & {
      readonly type: 'offset.moved';
      readonly level: 'warn';
      readonly queue: MessageQueue;
      readonly from: number;
      readonly to: number;
      readonly reason: string | undefined;
    })
  /** Progress could not be stored; the next commit tries again. */
  | (Common & {
      readonly type: 'offset.commitFailed';
      readonly level: 'warn';
      readonly queue: MessageQueue;
      readonly offset: number;
      readonly cause: unknown;
    })
  /** A queue waits until messages are finished, because this limit was exceeded. */
  | (Common & {
      readonly type: 'queue.full';
      readonly level: 'debug';
      readonly queue: MessageQueue;
      readonly limit: 'messages' | 'bytes' | 'span' | 'budget';
    })
  /** Bytes of a pull that are no message: they are skipped. */
  | (Common & {
      readonly type: 'message.malformed';
      readonly level: 'error';
      readonly queue: MessageQueue;
      readonly cause: ProtocolError;
    })
  /** A body could not be decompressed, or not within `maxBodyBytes`: the message is sent back. */
  | (Common & {
      readonly type: 'message.unreadable';
      readonly level: 'error';
      readonly queue: MessageQueue;
      readonly offset: number;
      readonly cause: unknown;
    })
  /** A handler threw, or rejected: its message is sent back. */
  | (Common & {
      readonly type: 'handler.failed';
      readonly level: 'warn';
      readonly queue: MessageQueue;
      readonly offset: number;
      readonly reconsumeTimes: number;
      readonly cause: unknown;
    })
  /** A handler took longer than `consumeTimeoutMs`: its message is sent back, and its result will not count. */
  | (Common & {
      readonly type: 'handler.timeout';
      readonly level: 'warn';
      readonly queue: MessageQueue;
      readonly offset: number;
    })
  /**
   * A message will be delivered again: `broker`: it was told to; `copy`: a copy was sent, because it could not be told;
   * `local`: neither worked (`cause`), it stays here and is handed out again in a moment.
   */
  | (Common & {
      readonly type: 'message.retried';
      readonly level: 'info' | 'warn';
      readonly queue: MessageQueue;
      readonly offset: number;
      readonly reconsumeTimes: number;
      readonly delayLevel: number;
      readonly by: 'broker' | 'copy' | 'local';
      readonly cause?: unknown;
    })
  /** Closing stopped waiting for `running` handlers: their messages come again. */
  | (Common & { readonly type: 'consumer.drainTimeout'; readonly level: 'warn'; readonly running: number })
  /** The consumer's state, from one to the next. */
  | (Common & {
      readonly type: 'consumer.state';
      readonly level: 'info';
      readonly from: ConsumerState;
      readonly to: ConsumerState;
    });

/** `running` consumes, `draining` waits for handlers, commits and leaves the group, `closed` is the end. */
export type ConsumerState = 'running' | 'draining' | 'closed';

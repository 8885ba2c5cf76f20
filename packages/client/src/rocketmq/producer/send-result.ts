import type { RemotingCommand } from '@rmq/protocol/rocketmq';
import type { MessageQueue } from '@rmq/protocol/rocketmq/messages';
import { decodeResponse, extField, responseCodes } from '@rmq/protocol/rocketmq';
import { type Address, replyError } from '../remoting.ts';

/** How safely a message is stored. All of them are stored. */
export type SendStatus = 'stored' | 'flush-disk-timeout' | 'flush-slave-timeout' | 'slave-not-available';

/** Where a message went. */
export interface SendResult {
  readonly status: SendStatus;
  /** What consumers see as the message's id; chosen by this client, the same for all attempts. */
  readonly messageId: string;
  /** Names the place in the broker's store; `admin.viewById` takes it. */
  readonly offsetMessageId: string;
  readonly queue: MessageQueue;
  /** Its position in the queue. Of a delayed message, its position in the schedule. */
  readonly offset: bigint;
  readonly transactionId: string | undefined;
  readonly regionId: string;
  /** False when the broker wants no trace of it. */
  readonly traceOn: boolean;
}

const statuses: ReadonlyMap<number, SendStatus> = new Map([
  [responseCodes.success, 'stored'],
  [responseCodes.flushDiskTimeout, 'flush-disk-timeout'],
  [responseCodes.flushSlaveTimeout, 'flush-slave-timeout'],
  [responseCodes.slaveNotAvailable, 'slave-not-available'],
]);

/**
 * Reads the answer to a send.
 * @throws ReplyError unless the message is stored
 */
export function sendResult(
  reply: RemotingCommand,
  sent: { readonly queue: MessageQueue; readonly messageId: string; readonly address: Address },
): SendResult {
  const status = statuses.get(reply.code);
  if (status === undefined) throw replyError(reply, sent.address);
  const { msgId, queueId, queueOffset, transactionId } = decodeResponse('sendMessageV2', reply);
  return {
    status,
    messageId: sent.messageId,
    offsetMessageId: msgId,
    queue: queueId === sent.queue.queueId ? sent.queue : { ...sent.queue, queueId },
    offset: queueOffset,
    transactionId,
    regionId: extField(reply.extFields, 'MSG_REGION') ?? 'DefaultRegion',
    traceOn: extField(reply.extFields, 'TRACE_ON') !== 'false',
  };
}

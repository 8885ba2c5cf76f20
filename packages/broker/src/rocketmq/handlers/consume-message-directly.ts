import { responseCodes } from '@rmq/protocol/rocketmq';
import { parseOffsetMessageId } from '@rmq/protocol/rocketmq/messages';
import type { Handler } from '../call.ts';
import { askMember } from '../ask-member.ts';
import { Refusal } from '../refusal.ts';

/** CONSUME_MESSAGE_DIRECTLY (309): gives one message to one consumer, and hands on what became of it. */
export const consumeMessageDirectly: Handler<'consumeMessageDirectly'> = async ({ broker, fields }) => {
  const { consumerGroup, clientId = '', msgId = '' } = fields;
  const record = broker.store.find(parseOffsetMessageId(msgId).physicalOffset);
  if (record === undefined) throw new Refusal(responseCodes.systemError, `can not find message by the id, ${msgId}`);
  const relay = await askMember(
    broker,
    { consumerGroup, clientId },
    {
      name: 'consumeMessageDirectly',
      fields: { ...fields, brokerName: broker.options.brokerName },
      body: record.bytes,
    },
  );
  return { relay };
};

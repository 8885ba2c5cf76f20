import type { ConsumerData, HeartbeatData } from '@rmq/protocol/rocketmq/bodies';
import { decodeBody } from '@rmq/protocol/rocketmq/bodies';
import { retryTopic } from '@rmq/protocol/rocketmq/messages';
import type { Broker } from '../broker.ts';
import type { Handler } from '../call.ts';
import type { Member } from '../members.ts';
import { memberOf } from '../members.ts';

/**
 * HEART_BEAT (34): a client says which groups it is in and what they want. It is this that creates a consumer group and
 * its retry topic. Members learn of a change before the heartbeat is answered.
 */
export const heartBeat: Handler<'heartBeat'> = ({ broker, command, peer }) => {
  const data: HeartbeatData = decodeBody('HeartbeatData', command.body);
  const member = memberOf(peer, data, { command, now: broker.options.clock.now() });
  for (const { groupName } of data.producerDataSet) broker.members.joinProducer(groupName, member);
  for (const consumer of data.consumerDataSet) join(broker, consumer, { member, isShort: data.withoutSub });
  // A fingerprint asks whether short heartbeats are understood (they are), and whether a long one is needed.
  const isSubChange = data.heartbeatFingerprint === 0;
  return { extra: { IS_SUPPORT_HEART_BEAT_V2: 'true', IS_SUB_CHANGE: String(isSubChange) } };
};

function join(
  broker: Broker,
  consumer: ConsumerData,
  { member, isShort }: { readonly member: Member; readonly isShort: boolean },
): void {
  const { groupName } = consumer;
  const config = broker.groups.find(groupName);
  if (config === undefined) return; // as RocketMQ does: a group that may not be is skipped without a word
  if (config.retryQueueNums > 0) broker.topics.ensure({ topic: retryTopic(groupName), queues: config.retryQueueNums });
  if (broker.members.joinConsumer(consumer, member, isShort)) broker.notifyMembers(groupName);
}

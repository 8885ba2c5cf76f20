import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';

/** QUERY_TOPIC_CONSUME_BY_WHO (300): groups that read a topic now, or have left an offset there. */
export const queryTopicConsumeByWho: Handler<'queryTopicConsumeByWho'> = ({ broker, fields }) => {
  const online = broker.members.consumerGroups().filter(({ subscriptions }) => subscriptions.has(fields.topic));
  const groups = new Set([...online.map(({ group }) => group), ...broker.offsets.groupsOf(fields.topic)]);
  return { body: encodeBody('GroupList', { groupList: [...groups] }) };
};

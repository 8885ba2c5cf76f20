import { decodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';

/** REGISTER_TOPIC_IN_NAMESRV (217): says where a topic is, as far as that is on the one broker known here. */
export const registerTopicInNamesrv: Handler<'registerTopicInNamesrv'> = ({ broker, command, fields }) => {
  const { queueDatas } = decodeBody('TopicRouteData', command.body);
  const ours = queueDatas.find(({ brokerName }) => brokerName === broker.options.brokerName);
  if (ours !== undefined) broker.routes.announce(fields.topic, ours);
  return {};
};

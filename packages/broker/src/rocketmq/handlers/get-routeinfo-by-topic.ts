import { responseCodes, versions } from '@rmq/protocol/rocketmq';
import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';
import { Refusal } from '../refusal.ts';

/**
 * GET_ROUTEINFO_BY_TOPIC (105): where a topic is. New clients, and those that say so, get JSON; older ones what their
 * parsers are used to, with bare numbers as keys.
 */
export const getRouteinfoByTopic: Handler<'getRouteinfoByTopic'> = ({ broker, command, fields }) => {
  const { topic, acceptStandardJsonOnly } = fields;
  const route = broker.routes.route(topic);
  if (route === undefined) {
    throw new Refusal(responseCodes.topicNotExist, `No topic route info in name server for the topic: ${topic}`);
  }
  const strict = acceptStandardJsonOnly === true || command.version >= versions.v4_9_4;
  return { body: encodeBody('TopicRouteData', route, { strict }) };
};

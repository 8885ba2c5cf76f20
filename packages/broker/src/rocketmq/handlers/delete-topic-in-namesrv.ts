import type { Handler } from '../call.ts';

/** DELETE_TOPIC_IN_NAMESRV (216): forgets where a topic is. It stays in the broker; tools ask that to delete it first. */
export const deleteTopicInNamesrv: Handler<'deleteTopicInNamesrv'> = ({ broker, fields }) => {
  broker.routes.forget(fields.topic);
  return {};
};

import type { Handler } from '../call.ts';

/** ADD_WRITE_PERM_OF_BROKER (327): puts the permission to write back into all routes. */
export const addWritePermOfBroker: Handler<'addWritePermOfBroker'> = ({ broker, fields }) => {
  const isOurs = fields.brokerName === broker.options.brokerName;
  return { fields: { addTopicCount: isOurs ? broker.routes.setWritable(true) : 0 } };
};

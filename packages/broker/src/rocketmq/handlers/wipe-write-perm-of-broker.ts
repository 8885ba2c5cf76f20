import type { Handler } from '../call.ts';

/** WIPE_WRITE_PERM_OF_BROKER (205): takes the permission to write out of all routes, so that producers go elsewhere. */
export const wipeWritePermOfBroker: Handler<'wipeWritePermOfBroker'> = ({ broker, fields }) => {
  const isOurs = fields.brokerName === broker.options.brokerName;
  return { fields: { wipeTopicCount: isOurs ? broker.routes.setWritable(false) : 0 } };
};

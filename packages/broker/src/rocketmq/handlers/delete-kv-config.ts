import type { Handler } from '../call.ts';

/** DELETE_KV_CONFIG (102): forgets one value. One that is not there is no mistake. */
export const deleteKvConfig: Handler<'deleteKvConfig'> = ({ broker, fields }) => {
  broker.routes.deleteSetting(fields.namespace, fields.key);
  return {};
};

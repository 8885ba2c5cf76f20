import { responseCodes } from '@rmq/protocol/rocketmq';
import type { Handler } from '../call.ts';
import { Refusal } from '../refusal.ts';

/** GET_KV_CONFIG (101): one value. */
export const getKvConfig: Handler<'getKvConfig'> = ({ broker, fields }) => {
  const { namespace, key } = fields;
  const value = broker.routes.settings(namespace)?.get(key);
  if (value === undefined) {
    throw new Refusal(responseCodes.queryNotFound, `No config item, Namespace: ${namespace} Key: ${key}`);
  }
  return { fields: { value } };
};

import { responseCodes } from '@rmq/protocol/rocketmq';
import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';
import { Refusal } from '../refusal.ts';

/** GET_KVLIST_BY_NAMESPACE (219): all values of a namespace. */
export const getKvlistByNamespace: Handler<'getKvlistByNamespace'> = ({ broker, fields }) => {
  const settings = broker.routes.settings(fields.namespace);
  if (settings === undefined) {
    throw new Refusal(responseCodes.queryNotFound, `No config item, Namespace: ${fields.namespace}`);
  }
  return { body: encodeBody('KVTable', { table: Object.fromEntries(settings) }) };
};

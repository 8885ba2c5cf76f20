import type { Handler } from '../call.ts';

/** PUT_KV_CONFIG (100): notes a value under a namespace and a key. */
export const putKvConfig: Handler<'putKvConfig'> = ({ broker, fields }) => {
  broker.routes.setSetting(fields.namespace, fields.key, fields.value);
  return {};
};

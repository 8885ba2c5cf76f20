import { encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';

/** GET_ALL_PRODUCER_INFO (328): all producers, by group. */
export const getAllProducerInfo: Handler<'getAllProducerInfo'> = ({ broker }) => {
  const data = [...broker.members.producerGroups()].map(([group, members]) => {
    const infos = [...members.values()].map(({ clientId, peer, language, version, seenAt }) => ({
      clientId,
      remoteIP: peer.address,
      language,
      version,
      lastUpdateTimestamp: seenAt,
    }));
    return [group, infos] as const;
  });
  return { body: encodeBody('ProducerTable', { data: Object.fromEntries(data) }) };
};

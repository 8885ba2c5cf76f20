import { responseCodes } from '@rmq/protocol/rocketmq';
import { type ConsumerStatus, decodeBody, encodeBody } from '@rmq/protocol/rocketmq/bodies';
import type { Handler } from '../call.ts';
import type { Member } from '../members.ts';
import { PeerError } from '../peer-error.ts';
import { Refusal } from '../refusal.ts';

/** How long a consumer may take to answer. Milliseconds. */
const TIMEOUT_MS = 5_000;

/**
 * INVOKE_BROKER_TO_GET_CONSUMER_STATUS (223): asks the members of a group how far each of them is (221), and answers all
 * they said. Members that do not answer are left out.
 */
export const invokeBrokerToGetConsumerStatus: Handler<'invokeBrokerToGetConsumerStatus'> = async ({
  broker,
  fields,
}) => {
  const { group, topic, clientAddr = '' } = fields;
  const online = broker.members.consumerGroup(group);
  if (online === undefined) {
    throw new Refusal(responseCodes.systemError, `No Any Consumer online in the consumer group: [${group}]`);
  }
  const asked = [...online.members.values()].filter(({ clientId }) => clientAddr === '' || clientId === clientAddr);
  const answers = await Promise.all(asked.map((member) => status(member, group, topic)));
  const known = answers.filter((answer) => answer !== undefined);
  return { body: encodeBody('ConsumerStatus', { consumerTable: Object.fromEntries(known) }, { strict: false }) };
};

type Status = ConsumerStatus['messageQueueTable'];

async function status(
  { peer, clientId }: Member,
  group: string,
  topic: string,
): Promise<readonly [string, Status] | undefined> {
  try {
    const answer = await peer.ask(
      { name: 'getConsumerStatusFromClient', fields: { group, topic, clientAddr: undefined } },
      TIMEOUT_MS,
    );
    if (answer.code !== responseCodes.success) return undefined;
    return [clientId, decodeBody('ConsumerStatus', answer.body).messageQueueTable];
  } catch (error) {
    if (error instanceof PeerError) return undefined;
    throw error;
  }
}

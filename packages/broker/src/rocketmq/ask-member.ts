import type { RemotingCommand, Request } from '@rmq/protocol/rocketmq';
import { responseCodes, versions } from '@rmq/protocol/rocketmq';
import type { Broker } from './broker.ts';
import { PeerError } from './peer-error.ts';
import { Refusal } from './refusal.ts';

/** How long a consumer may take to answer, as in RocketMQ. Milliseconds. */
const TIMEOUT_MS = 10_000;

/**
 * Asks one member of a consumer group on behalf of somebody else.
 * @throws Refusal when it is not there, is too old to be asked, or does not answer
 */
export async function askMember(
  broker: Broker,
  { consumerGroup, clientId }: { readonly consumerGroup: string; readonly clientId: string },
  request: Request,
): Promise<RemotingCommand> {
  const member = broker.members.find(consumerGroup, clientId);
  const name = `<${consumerGroup}> <${clientId}>`;
  if (member === undefined) throw new Refusal(responseCodes.systemError, `The Consumer ${name} not online`);
  if (member.version < versions.v3_1_8_snapshot) {
    throw new Refusal(
      responseCodes.systemError,
      `The Consumer ${name} is too old to be asked: version ${member.version}`,
    );
  }
  try {
    return await member.peer.ask(request, TIMEOUT_MS);
  } catch (error) {
    if (!(error instanceof PeerError)) throw error;
    throw new Refusal(responseCodes.consumeMsgTimeout, `consumer ${name} Timeout: ${error.message}`);
  }
}

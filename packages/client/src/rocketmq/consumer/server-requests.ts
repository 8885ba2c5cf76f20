import type { CommandName, RemotingCommand } from '@rmq/protocol/rocketmq';
import type { CMResult } from '@rmq/protocol/rocketmq/bodies';
import { commandName, decodeRequest, isOneway, response, responseCodes } from '@rmq/protocol/rocketmq';
import { decodeBody, encodeBody } from '@rmq/protocol/rocketmq/bodies';
import { decodeMessages } from '@rmq/protocol/rocketmq/messages';
import type { StoredMessage } from '@rmq/protocol/rocketmq/messages';
import type { Instance } from '../instance.ts';
import type { Assignment } from './assignment.ts';
import type { RunningInfoContext } from './running-info.ts';
import { runningInfo } from './running-info.ts';

/** What brokers' requests act on. */
export interface ServerRequestContext {
  readonly instance: Instance;
  readonly group: string;
  readonly assignment: Assignment;
  readonly info: () => RunningInfoContext;
  /** Asks for a round of rebalance. */
  readonly rebalance: () => void;
  /** Runs the handler for one message, outside of all queues; undefined when none is running. */
  readonly consumeOnce: (message: StoredMessage) => Promise<void> | undefined;
}

type Answer = Promise<RemotingCommand | undefined>;
type Serve = (context: ServerRequestContext, command: RemotingCommand) => Answer;

/** Java reads maps keyed by queues only with bare keys. */
const loose = { strict: false } as const;

/** NOTIFY_CONSUMER_IDS_CHANGED (40), oneway: a member came or went. */
function membersChanged(context: ServerRequestContext): Answer {
  context.rebalance();
  return Promise.resolve(undefined);
}

/**
 * RESET_CONSUMER_CLIENT_OFFSET (220), oneway: an operator moves the group. Queues are given up and begin again at their
 * new offsets. What handlers finish late cannot overwrite them, so nothing waits for handlers (Java: 10 s).
 */
async function reset({ assignment, rebalance }: ServerRequestContext, command: RemotingCommand): Answer {
  const { topic } = decodeRequest('resetConsumerClientOffset', command);
  const offsets = decodeBody('ResetOffset', command.body).offsetTable;
  const targets = new Map(offsets.map(({ queue, value }) => [`${queue.brokerName}@${String(queue.queueId)}`, value]));
  const removals = assignment.ofTopic(topic).map((owned) => {
    const offset = targets.get(`${owned.queue.brokerName}@${String(owned.queue.queueId)}`);
    return offset === undefined ? Promise.resolve() : assignment.remove(owned, Number(offset));
  });
  await Promise.all(removals);
  rebalance();
  return undefined;
}

/** GET_CONSUMER_STATUS_FROM_CLIENT (221): how far the member is in a topic. */
function status({ assignment }: ServerRequestContext, command: RemotingCommand): Answer {
  const { topic } = decodeRequest('getConsumerStatusFromClient', command);
  const messageQueueTable = assignment
    .ofTopic(topic)
    .map(({ queue, cache }) => ({ queue, value: BigInt(cache.progress) }));
  const body = encodeBody('ConsumerStatus', { messageQueueTable }, loose);
  return Promise.resolve(response(command, { code: responseCodes.success, body }));
}

/** GET_CONSUMER_RUNNING_INFO (307): what dashboards show of a member. */
function info(context: ServerRequestContext, command: RemotingCommand): Answer {
  const body = encodeBody('ConsumerRunningInfo', runningInfo(context.info()), loose);
  return Promise.resolve(response(command, { code: responseCodes.success, body }));
}

/** CONSUME_MESSAGE_DIRECTLY (309): an operator has one message handled now, to see what happens. Nothing is committed. */
async function directly({ instance, consumeOnce }: ServerRequestContext, command: RemotingCommand): Answer {
  const [message] = decodeMessages(command.body);
  const running = message === undefined ? undefined : consumeOnce(message);
  if (running === undefined) {
    const remark = message === undefined ? 'no message in the body' : 'no handler is running in this consumer';
    return response(command, { code: responseCodes.systemError, remark });
  }
  const startedAt = instance.clock.now();
  let consumeResult: CMResult = 'CR_SUCCESS';
  let remark: string | undefined;
  try {
    await running;
  } catch (error) {
    consumeResult = 'CR_THROW_EXCEPTION';
    remark = String(error);
  }
  const spentTimeMills = instance.clock.now() - startedAt;
  const body = encodeBody('ConsumeMessageDirectlyResult', {
    order: false,
    autoCommit: true,
    consumeResult,
    remark,
    spentTimeMills,
  });
  return response(command, { code: responseCodes.success, body });
}

const served: Partial<Record<CommandName, { readonly groupField: string; readonly serve: Serve }>> = {
  notifyConsumerIdsChanged: { groupField: 'consumerGroup', serve: membersChanged },
  resetConsumerClientOffset: { groupField: 'group', serve: reset },
  getConsumerStatusFromClient: { groupField: 'group', serve: status },
  getConsumerRunningInfo: { groupField: 'consumerGroup', serve: info },
  consumeMessageDirectly: { groupField: 'consumerGroup', serve: directly },
};

/**
 * Answers what a broker asks of this member.
 *
 * @returns undefined when the request is not for it: another command, or another group. Else a promise that does not
 * reject: of the answer, or of undefined for what is not answered.
 */
export function serveRequest(context: ServerRequestContext, command: RemotingCommand): Answer | undefined {
  const name = commandName(command.code);
  const known = name === undefined ? undefined : served[name];
  if (known === undefined) return undefined;
  const { groupField, serve } = known;
  const group = Object.hasOwn(command.extFields, groupField) ? command.extFields[groupField] : undefined;
  if (group !== context.group) return undefined;
  return guarded(context, command, serve);
}

/** A request that cannot be read is answered, not thrown at whoever reads the connection. */

async function guarded(context: ServerRequestContext, command: RemotingCommand, serve: Serve): Answer {
  try {
    return await serve(context, command);
  } catch (error) {
    if (isOneway(command)) return undefined;
    return response(command, { code: responseCodes.systemError, remark: String(error) });
  }
}

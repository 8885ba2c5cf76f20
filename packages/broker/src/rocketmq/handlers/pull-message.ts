import type { SubscriptionData } from '@rmq/protocol/rocketmq/bodies';
import { responseCodes } from '@rmq/protocol/rocketmq';
import { isReadable, pullSysFlags, subscription } from '@rmq/protocol/rocketmq/messages';
import { isRmqError } from '@rmq/protocol';
import type { LogQueue } from '../../core/message-log.ts';
import type { Answer, Call, Handler } from '../call.ts';
import { hasMatch, readQueue, statusCodes, tagFilter } from '../pulling.ts';
import type { PullResult } from '../pulling.ts';
import { noSuchGroup, noSuchTopic, overloaded, Refusal } from '../refusal.ts';

/** Longest time a pull is held, whatever it asks for. Milliseconds. */
const MAX_HOLD_MS = 120_000;

type Pull = Call<'pullMessage'>;
type PullAnswer = Answer<'pullMessage'>;

/**
 * PULL_MESSAGE (11): hands out messages of one queue; when there are none, holds the request until one arrives that the
 * subscription wants, or the time the client gave is over. A pull is held only once, as in RocketMQ.
 */
export const pullMessage: Handler<'pullMessage'> = (call) => {
  const { broker, fields } = call;
  checkTarget(call);
  const matches = tagFilter(subscriptionOf(call));
  const queue = broker.store.queue(fields.topic, fields.queueId);
  commit(call);
  const reset = takeReset(call, queue);
  if (reset !== undefined) return reset;
  const wish = { offset: fields.queueOffset, maxMessages: fields.maxMsgNums, matches };
  const result = readQueue(queue, wish);
  const maySuspend = (fields.sysFlag & pullSysFlags.suspend) !== 0 && fields.suspendTimeoutMillis > 0n;
  if (statusCodes[result.status] !== responseCodes.pullNotFound || !maySuspend) return answer(call, queue, result);
  let seen = queue.end;
  return new Promise((resolve) => {
    const held = broker.held.hold({
      owner: call.peer,
      queue: queue.key,
      group: fields.consumerGroup,
      ms: Number(fields.suspendTimeoutMillis < BigInt(MAX_HOLD_MS) ? fields.suspendTimeoutMillis : MAX_HOLD_MS),
      // Only what came since the last look: a queue full of messages nobody wants is not searched again and again.
      isDue() {
        const from = seen;
        seen = queue.end;
        return hasMatch(queue, Math.max(from, queue.begin), matches);
      },
      wake: () => resolve(takeReset(call, queue) ?? answer(call, queue, readQueue(queue, wish))),
    });
    if (!held) throw overloaded(`${broker.held.size} pulls are held already`);
  });
};

function checkTarget({ broker, fields, peer }: Pull): void {
  const { consumerGroup, topic, queueId } = fields;
  const group = broker.groups.find(consumerGroup);
  if (group === undefined) throw noSuchGroup(consumerGroup);
  if (!group.consumeEnable) {
    throw new Refusal(responseCodes.noPermission, `subscription group no permission, ${consumerGroup}`);
  }
  const config = broker.topics.get(topic);
  if (config === undefined) throw noSuchTopic(topic);
  if (!isReadable(config.perm)) {
    throw new Refusal(responseCodes.noPermission, `the topic[${topic}] pulling message is forbidden`);
  }
  if (queueId < 0 || queueId >= config.readQueueNums) {
    throw new Refusal(
      responseCodes.invalidParameter,
      `queueId[${queueId}] is illegal, topic:[${topic}] topicConfig.readQueueNums:[${config.readQueueNums}] consumer:[${peer.address}]`,
    );
  }
}

/** What the group wants of the topic: as this request says, or else as its heartbeats said. */
function subscriptionOf({ broker, fields }: Pull): SubscriptionData {
  const { consumerGroup, topic, sysFlag, subVersion, expressionType } = fields;
  const inRequest = (sysFlag & pullSysFlags.subscription) !== 0;
  const sub = inRequest
    ? parse(topic, fields.subscription ?? '')
    : registered(broker.members.consumerGroup(consumerGroup), topic);
  const type = (inRequest ? expressionType : sub.expressionType) ?? 'TAG';
  if (type !== '' && type !== 'TAG') {
    throw new Refusal(responseCodes.systemError, `The broker does not support consumer to filter message by ${type}`);
  }
  if (!inRequest && BigInt(sub.subVersion) < subVersion) {
    throw new Refusal(responseCodes.subscriptionNotLatest, "the consumer's subscription not latest");
  }
  return sub;
}

function parse(topic: string, expression: string): SubscriptionData {
  try {
    return subscription(topic, expression, 0);
  } catch (error) {
    if (!isRmqError(error)) throw error;
    throw new Refusal(responseCodes.subscriptionParseFailed, "parse the consumer's subscription failed");
  }
}

function registered(group: ReturnType<Pull['broker']['members']['consumerGroup']>, topic: string): SubscriptionData {
  if (group === undefined) throw new Refusal(responseCodes.subscriptionNotExist, "the consumer's group info not exist");
  const sub = group.subscriptions.get(topic);
  if (sub === undefined) throw new Refusal(responseCodes.subscriptionNotExist, "the consumer's subscription not exist");
  return sub;
}

/** A pull may carry how far its group has come, to spare a request. */
function commit({ broker, fields }: Pull): void {
  if ((fields.sysFlag & pullSysFlags.commitOffset) === 0) return;
  const { consumerGroup, topic, queueId, commitOffset } = fields;
  if (broker.resets.get(consumerGroup, topic, queueId) !== undefined) return;
  if (!broker.offsets.set(consumerGroup, topic, { id: queueId, offset: commitOffset }))
    throw overloaded('too many offsets');
}

/** An operator moved the group: this pull learns where to, and so ends the reset. */
function takeReset(call: Pull, queue: LogQueue): PullAnswer | undefined {
  const { consumerGroup, topic, queueId } = call.fields;
  const offset = call.broker.resets.take(consumerGroup, topic, queueId);
  return offset === undefined
    ? undefined
    : answer(call, queue, { status: 'OFFSET_RESET', records: [], next: Number(offset) });
}

function answer({ broker, fields }: Pull, queue: LogQueue, { status, records, next }: PullResult): PullAnswer {
  const { consumerGroup, topic, queueId } = fields;
  const code = statusCodes[status];
  if (code === responseCodes.success) {
    broker.pulled.set(consumerGroup, topic, { id: queueId, offset: BigInt(next) });
    broker.gets.add(records.length);
  }
  return {
    code,
    remark: status,
    fields: {
      suggestWhichBrokerId: 0n,
      nextBeginOffset: BigInt(next),
      minOffset: BigInt(queue.begin),
      maxOffset: BigInt(queue.end),
      topicSysFlag: broker.topics.get(topic)?.topicSysFlag ?? 0,
      groupSysFlag: broker.groups.get(consumerGroup)?.groupSysFlag ?? 0,
    },
    parts: records.map(({ bytes }) => bytes),
  };
}

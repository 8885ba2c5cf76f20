import {
  type CommandName,
  decodeFrame,
  decodeRequest,
  type Request,
  requestFields,
  type ReceivedFields,
  type RemotingCommand,
} from '@rmq/protocol/rocketmq';
import { decodeBody } from '@rmq/protocol/rocketmq/bodies';
import { bodyCrc, decodeProperties, decodeBatch, offsetMessageId } from '@rmq/protocol/rocketmq/messages';
import {
  ackMessage,
  changeMessageInvisibletime,
  checkTransactionState,
  consumeMessageDirectly,
  consumerSendMsgBack,
  deleteTopicInBroker,
  endTransaction,
  getAllTopicListFromNameserver,
  getConsumerListByGroup,
  getConsumerRunningInfo,
  getMaxOffset,
  getRouteinfoByTopic,
  heartBeat,
  lockBatchMq,
  parsePopReceipt,
  popMessage,
  pullMessage,
  queryConsumerOffset,
  queryMessage,
  recallMessage,
  resetOffset,
  searchOffsetByTimestamp,
  sendBatchMessage,
  sendMessage,
  sendMessageV2,
  unlockBatchMq,
  updateAndCreateTopic,
  updateConsumerOffset,
  viewMessageById,
} from '@rmq/protocol/rocketmq/requests';
import { frameCaptures } from './captures.ts';

const frames = new Map(frameCaptures().map((capture) => [capture.id, capture.frame]));
const recorded = (id: string): RemotingCommand => decodeFrame(frames.get(id) ?? new Uint8Array());

/** A request an official client sent, and ours from what a caller would say of it. */
function row<N extends CommandName>(
  id: string,
  name: N,
  ours: (fields: ReceivedFields<N>, frame: RemotingCommand) => Request<N>,
): readonly [string, string, () => { readonly theirs: RemotingCommand; readonly request: Request }] {
  return [
    name,
    id,
    () => {
      const theirs = recorded(id);
      return { theirs, request: ours(decodeRequest(name, theirs), theirs) };
    },
  ];
}

describe('a request says what official clients said', () => {
  it.each([
    row('a0067', 'sendMessage', ({ producerGroup, topic, queueId, bornTimestamp, properties = '' }, { body }) =>
      sendMessage({
        ...{ producerGroup, topic, queueId, bornTimestamp, properties: decodeProperties(properties), body },
        ...{ reconsumeTimes: 0, unitMode: false },
      }),
    ),
    row('h0018', 'sendMessageV2', ({ producerGroup, topic, queueId, bornTimestamp, properties = '' }, { body }) =>
      sendMessageV2({
        ...{ producerGroup, topic, queueId, bornTimestamp, properties: decodeProperties(properties), body },
        ...{ reconsumeTimes: 0, unitMode: false, brokerName: 'broker-a' },
      }),
    ),
    row('a0062', 'sendBatchMessage', ({ producerGroup, topic, queueId, bornTimestamp, properties = '' }, { body }) =>
      sendBatchMessage({
        ...{ producerGroup, topic, queueId, bornTimestamp, properties: decodeProperties(properties) },
        ...{ reconsumeTimes: 0, unitMode: false, brokerName: 'broker-a', messages: decodeBatch(body) },
      }),
    ),
    row('a0187', 'consumerSendMsgBack', ({ group, offset, originMsgId, originTopic }) =>
      consumerSendMsgBack({ group, offset, originMsgId, originTopic, maxReconsumeTimes: 2, bname: 'broker-a' }),
    ),
    row('a0064', 'recallMessage', (fields) => recallMessage(fields)),
    row('c0014', 'pullMessage', ({ consumerGroup, topic, queueId, queueOffset }) =>
      pullMessage({ consumerGroup, topic, queueId, queueOffset }),
    ),
    row('e0047', 'pullMessage', ({ consumerGroup, topic, queueId, queueOffset }) =>
      pullMessage({ consumerGroup, topic, queueId, queueOffset, maxMsgNums: 0, suspendTimeoutMillis: 20_000n }),
    ),
    row('a0195', 'popMessage', ({ consumerGroup, topic, bornTime }) =>
      popMessage({
        ...{ consumerGroup, topic, bornTime, maxMsgNums: 2, invisibleTime: 5_000n, pollTime: 1_000n },
        ...{ expType: 'TAG', exp: '*', order: false },
      }),
    ),
    row('a0196', 'ackMessage', ({ consumerGroup, topic, extraInfo }) =>
      ackMessage({ consumerGroup, topic, receipt: parsePopReceipt(extraInfo) }),
    ),
    row('a0199', 'changeMessageInvisibletime', ({ consumerGroup, topic, extraInfo }) =>
      changeMessageInvisibletime({
        ...{ consumerGroup, topic, receipt: parsePopReceipt(extraInfo), invisibleTime: 10_000n },
      }),
    ),
    row('h0023', 'getMaxOffset', ({ topic, queueId }) =>
      getMaxOffset({ topic, queueId, committed: true, bname: 'broker-a' }),
    ),
    row('a0094', 'queryConsumerOffset', (fields) => queryConsumerOffset(fields)),
    row('a0097', 'updateConsumerOffset', (fields) => updateConsumerOffset(fields)),
    row('a0075', 'searchOffsetByTimestamp', (fields) => searchOffsetByTimestamp(fields)),
    row('a0154', 'invokeBrokerToResetOffset', ({ group, topic }) =>
      resetOffset({ group, topic, timestamp: 0n, offset: -1n }),
    ),
    row('a0101', 'getConsumerListByGroup', (fields) => getConsumerListByGroup(fields)),
    row('a0132', 'getConsumerRunningInfo', (fields) => getConsumerRunningInfo(fields)),
    row('a0136', 'consumeMessageDirectly', (fields) => consumeMessageDirectly(fields)),
    row('a0111', 'heartBeat', (_, { body }) => heartBeat(decodeBody('HeartbeatData', body))),
    row('a0175', 'lockBatchMq', (_, { body }) => lockBatchMq(decodeBody('LockBatchRequest', body))),
    row('a0179', 'unlockBatchMq', (_, { body }) => unlockBatchMq(decodeBody('LockBatchRequest', body))),
    row('a0226', 'endTransaction', ({ producerGroup, topic, msgId, commitLogOffset, tranStateTableOffset }) => ({
      ...endTransaction({
        producerGroup,
        topic,
        receipt: { msgId, transactionId: msgId, commitLogOffset, tranStateTableOffset },
        outcome: 'commit',
      }),
      extra: { bname: 'broker-a' },
    })),
    row('a0230', 'checkTransactionState', (fields, { body }) => checkTransactionState(fields, body)),
    row('a0029', 'getRouteinfoByTopic', ({ topic }) =>
      getRouteinfoByTopic({ topic, acceptStandardJsonOnly: undefined }),
    ),
    row('a0027', 'getAllTopicListFromNameserver', () => getAllTopicListFromNameserver()),
    row('a0004', 'updateAndCreateTopic', ({ topic }) =>
      updateAndCreateTopic({ topic, readQueueNums: 4, writeQueueNums: 4, attributes: '', force: false }),
    ),
    row('a0265', 'deleteTopicInBroker', (fields) => deleteTopicInBroker(fields)),
    row('a0102', 'queryMessage', (fields) => queryMessage(fields)),
    row('a0105', 'viewMessageById', ({ topic, offset }) =>
      viewMessageById(offsetMessageId({ host: '127.0.0.1', port: 10_911 }, offset), topic),
    ),
  ])('%s (%s)', (name, _, make) => {
    const { theirs, request } = make();
    const { ReqT: _sentByTools, ...extFields } = theirs.extFields;
    expect(request.name).toBe(name);
    expect({ ...requestFields(request), ...request.extra }).toEqual(extFields);
    expect(bodyCrc(request.body ?? new Uint8Array())).toBe(bodyCrc(theirs.body));
  });
});

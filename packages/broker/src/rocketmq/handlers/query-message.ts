import { responseCodes } from '@rmq/protocol/rocketmq';
import { propertyNames } from '@rmq/protocol/rocketmq/messages';
import type { LogRecord } from '../../core/message-log.ts';
import type { Broker } from '../broker.ts';
import type { Handler } from '../call.ts';
import { noSuchTopic, Refusal } from '../refusal.ts';

/** Most messages one query finds. */
const MAX_FOUND = 64;

/**
 * QUERY_MESSAGE (12): messages of a topic by one of their keys, or by their unique key. There is no index: a query looks
 * at every message of the topic in the time span, newest first.
 */
export const queryMessage: Handler<'queryMessage'> = ({ broker, command, fields }) => {
  const isUnique = command.extFields['_UNIQUE_KEY_QUERY'] === 'true';
  const found: LogRecord[] = [];
  const limit = Math.max(1, Math.min(fields.maxNum, MAX_FOUND));
  for (const record of newestFirst(broker, fields)) {
    if (hasKey(broker, record, { key: fields.key, isUnique })) found.push(record);
    if (found.length >= limit) break;
  }
  const [newest] = found;
  if (newest === undefined) {
    throw new Refusal(responseCodes.queryNotFound, 'can not find message, maybe time range not correct', {
      indexLastUpdateTimestamp: '0',
      indexLastUpdatePhyoffset: '0',
    });
  }
  return {
    fields: { indexLastUpdateTimestamp: BigInt(newest.storedAt), indexLastUpdatePhyoffset: BigInt(newest.position) },
    parts: found.map(({ bytes }) => bytes),
  };
};

interface Span {
  readonly topic: string;
  readonly beginTimestamp: bigint;
  readonly endTimestamp: bigint;
}

function* newestFirst(broker: Broker, { topic, beginTimestamp, endTimestamp }: Span): Generator<LogRecord, void> {
  const config = broker.topics.get(topic);
  if (config === undefined) throw noSuchTopic(topic);
  for (let queueId = 0; queueId < Math.max(config.readQueueNums, config.writeQueueNums); queueId += 1) {
    const queue = broker.store.queue(topic, queueId);
    for (let offset = queue.end - 1; offset >= queue.begin; offset -= 1) {
      const record = queue.at(offset);
      if (record === undefined || BigInt(record.storedAt) < beginTimestamp) break;
      if (BigInt(record.storedAt) <= endTimestamp) yield record;
    }
  }
}

function hasKey(
  { store }: Broker,
  record: LogRecord,
  wanted: { readonly key: string; readonly isUnique: boolean },
): boolean {
  const message = store.read(record);
  if (message.property(propertyNames.UNIQ_KEY) === wanted.key) return true;
  return !wanted.isUnique && message.property(propertyNames.KEYS)?.split(' ').includes(wanted.key) === true;
}

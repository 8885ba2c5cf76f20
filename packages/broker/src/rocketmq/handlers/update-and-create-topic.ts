import { responseCodes } from '@rmq/protocol/rocketmq';
import type { Handler } from '../call.ts';
import { Refusal } from '../refusal.ts';
import { checkTopicConfig } from '../topic-config.ts';
import { checkNewTopic } from '../sending.ts';

/** UPDATE_AND_CREATE_TOPIC (17): creates a topic or changes its settings. */
export const updateAndCreateTopic: Handler<'updateAndCreateTopic'> = ({ broker, fields }) => {
  const { topic, readQueueNums, writeQueueNums, perm, topicSysFlag, order, attributes } = fields;
  checkNewTopic(broker, topic);
  const known = broker.topics.get(topic);
  const config = {
    topicName: topic,
    readQueueNums,
    writeQueueNums,
    perm,
    topicFilterType: fields.topicFilterType === 'MULTI_TAG' ? ('MULTI_TAG' as const) : ('SINGLE_TAG' as const),
    topicSysFlag: topicSysFlag ?? 0,
    order,
    attributes: changedAttributes(known?.attributes ?? {}, attributes ?? ''),
  };
  checkTopicConfig(config);
  broker.topics.set(config);
  return {};
};

/** `+key=value` sets, `-key` takes away; separated by commas. */
function changedAttributes(known: Readonly<Record<string, string>>, changes: string): Readonly<Record<string, string>> {
  const attributes = new Map(Object.entries(known));
  for (const change of changes.split(',').filter((text) => text !== '')) {
    const [, sign, key, value] = /^([+-])([^+=-][^+=]*)(?:=([^=]*))?$/u.exec(change) ?? [];
    if (key === undefined || (sign === '+') !== (value !== undefined)) {
      throw new Refusal(responseCodes.systemError, `attribute "${change}" is neither +key=value nor -key`);
    }
    if (value === undefined) attributes.delete(key);
    else attributes.set(key, value);
  }
  return Object.fromEntries(attributes);
}

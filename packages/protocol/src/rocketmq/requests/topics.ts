import type { RequestFields } from '../commands.ts';
import { parseOffsetMessageId } from '../message-id.ts';
import { templateTopic } from '../names.ts';
import { permissions } from '../permissions.ts';
import type { Request } from '../request.ts';

/** GET_ROUTEINFO_BY_TOPIC (105): which brokers have a topic. In strict JSON unless asked otherwise. */
export function getRouteinfoByTopic(fields: RequestFields<'getRouteinfoByTopic'>): Request<'getRouteinfoByTopic'> {
  return { name: 'getRouteinfoByTopic', fields: { acceptStandardJsonOnly: true, ...fields } };
}

/** GET_ALL_TOPIC_LIST_FROM_NAMESERVER (206): the names of all topics. */
export function getAllTopicListFromNameserver(): Request<'getAllTopicListFromNameserver'> {
  return { name: 'getAllTopicListFromNameserver', fields: {} };
}

/** What of a topic has a usual value: readable and writable, 8 queues each way, no filter, no order. */
type TopicDefaulted = 'defaultTopic' | 'readQueueNums' | 'writeQueueNums' | 'perm' | 'topicFilterType' | 'order';

/** A topic as it shall be. */
export type CreateTopicInit = Omit<RequestFields<'updateAndCreateTopic'>, TopicDefaulted> &
  Partial<Pick<RequestFields<'updateAndCreateTopic'>, TopicDefaulted>>;

/** UPDATE_AND_CREATE_TOPIC (17): makes a topic on one broker, or changes it. */
export function updateAndCreateTopic(init: CreateTopicInit): Request<'updateAndCreateTopic'> {
  const usual = { readQueueNums: 8, writeQueueNums: 8, perm: permissions.read | permissions.write, order: false };
  const fields = { defaultTopic: templateTopic, topicFilterType: 'SINGLE_TAG', topicSysFlag: 0, ...usual, ...init };
  return { name: 'updateAndCreateTopic', fields };
}

/** DELETE_TOPIC_IN_BROKER (215): its messages on this broker are gone. */
export function deleteTopicInBroker(fields: RequestFields<'deleteTopicInBroker'>): Request<'deleteTopicInBroker'> {
  return { name: 'deleteTopicInBroker', fields };
}

/** Which messages of a topic. Times in milliseconds since the epoch. */
export type QueryMessageInit = RequestFields<'queryMessage'> & {
  /** `key` is a message's unique key, not one of the keys its sender gave. @defaultValue false */
  readonly isUniqueKey?: boolean | undefined;
};

/** QUERY_MESSAGE (12): messages by key. */
export function queryMessage({ isUniqueKey = false, ...fields }: QueryMessageInit): Request<'queryMessage'> {
  return { name: 'queryMessage', fields, extra: { _UNIQUE_KEY_QUERY: String(isUniqueKey) } };
}

/** VIEW_MESSAGE_BY_ID (33): the message an offset message id names. @throws ProtocolError `field-malformed` for others */
export function viewMessageById(id: string, topic?: string): Request<'viewMessageById'> {
  return { name: 'viewMessageById', fields: { topic, offset: parseOffsetMessageId(id).physicalOffset } };
}

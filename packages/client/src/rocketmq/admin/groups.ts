import type { ConsumerConnection, ConsumeStats, SubscriptionGroupConfig } from '@rmq/protocol/rocketmq/bodies';
import { responseCodes } from '@rmq/protocol/rocketmq';
import { decodeBody, encodeBody } from '@rmq/protocol/rocketmq/bodies';
import { checkGroup, dlqTopic, retryTopic } from '@rmq/protocol/rocketmq/messages';
import { ConnectionError } from '../../core/errors.ts';
import { type Address, ask, type CallOptions, replyError } from '../remoting.ts';
import { askAll } from './ask-all.ts';
import { checkCount, checkText } from './checks.ts';
import type { Cluster } from './cluster.ts';
import { readGroups } from './group-pages.ts';
import { deleteTopic } from './topics.ts';

/**
 * A consumer group to create or change, in the words of `SubscriptionGroupConfig.java`. What is left out gets the default
 * of a new group, in an existing one as well: to change one setting, begin with what {@link GroupAdmin.groups} says.
 * Defaults: everything is allowed (`consumeEnable`, `consumeBroadcastEnable`, `consumeFromMinEnable`), `retryMaxTimes` 16
 * (-1 or more), `retryQueueNums` 1 (0: what fails is dropped), `consumeTimeoutMinute` 15 (1 or more).
 */
export type GroupSettings = Pick<SubscriptionGroupConfig, 'groupName'> & Partial<SubscriptionGroupConfig>;

/** What {@link GroupAdmin.deleteGroup} deletes besides the group's settings. */
export interface DeleteGroupOptions extends CallOptions {
  /** Its offsets, too: a group of this name starts anew. @defaultValue false: it goes on where it was */
  readonly offsets?: boolean | undefined;
  /** Its retry and dead-letter topics, too, with the messages in them. @defaultValue false */
  readonly topics?: boolean | undefined;
}

/** The part of the administration that is about consumer groups. */
export interface GroupAdmin {
  /**
   * The settings of all consumer groups, RocketMQ's own included, by name; where brokers differ, those of the first. Wire:
   * GET_ALL_SUBSCRIPTIONGROUP_CONFIG (201), to every broker's master.
   */
  readonly groups: (options?: CallOptions) => Promise<readonly SubscriptionGroupConfig[]>;
  /**
   * Creates a consumer group on every master, or changes it. Wire: UPDATE_AND_CREATE_SUBSCRIPTIONGROUP (200).
   * @throws ConnectionError `route-not-found` when there is no master
   */
  readonly createGroup: (settings: GroupSettings, options?: CallOptions) => Promise<void>;
  /**
   * Deletes a consumer group from every master. Stop its members before: brokers that may create groups do so at the next
   * heartbeat. Wire: DELETE_SUBSCRIPTIONGROUP (207).
   */
  readonly deleteGroup: (group: string, options?: DeleteGroupOptions) => Promise<void>;
  /**
   * Who is in a consumer group now, as all its brokers see it; undefined when nobody is. Wire:
   * GET_CONSUMER_CONNECTION_LIST (203).
   */
  readonly consumers: (group: string, options?: CallOptions) => Promise<ConsumerConnection | undefined>;
  /**
   * How far a group has got in each queue, of one topic or all; nothing when it has read none. Wire: GET_CONSUME_STATS
   * (208).
   */
  readonly progress: (group: string, topic?: string, options?: CallOptions) => Promise<ConsumeStats['offsetTable']>;
}

/** {@link GroupAdmin} of a cluster. */
export function groupAdmin(cluster: Cluster): GroupAdmin {
  return {
    groups: (options) => groups(cluster, options),
    createGroup: (settings, options) => createGroup(cluster, settings, options),
    deleteGroup: (group, options) => deleteGroup(cluster, group, options),
    consumers: (group, options) => consumers(cluster, group, options),
    progress: (group, topic, options) => progress(cluster, { group, topic }, options),
  };
}

async function groups(cluster: Cluster, options?: CallOptions): Promise<readonly SubscriptionGroupConfig[]> {
  return askAll({
    what: 'reading the consumer groups',
    addresses: await cluster.readers(options),
    ask: (address) => readGroups({ remoting: cluster.remoting, address }, options),
    merge: byName,
    signal: options?.signal,
  });
}

async function createGroup(cluster: Cluster, settings: GroupSettings, options?: CallOptions): Promise<void> {
  const { groupName, retryMaxTimes = 16, retryQueueNums = 1, consumeTimeoutMinute = 15 } = settings;
  checkGroup(groupName);
  checkCount('retryMaxTimes', retryMaxTimes, -1);
  checkCount('retryQueueNums', retryQueueNums, 0);
  checkCount('consumeTimeoutMinute', consumeTimeoutMinute, 1);
  const body = encodeBody('SubscriptionGroupConfig', settings);
  const addresses = await cluster.masters(options);
  if (addresses.length === 0) {
    throw new ConnectionError('route-not-found', `group ${groupName} cannot be created: no broker has registered`);
  }
  const request = { name: 'updateAndCreateSubscriptiongroup', fields: {}, body } as const;
  await askAll({
    what: `creating group ${groupName}`,
    addresses,
    ask: (address) => ask(cluster.remoting, address, request, options),
    merge: () => undefined,
    signal: options?.signal,
  });
}

async function deleteGroup(cluster: Cluster, group: string, options: DeleteGroupOptions = {}): Promise<void> {
  const { offsets: cleanOffset = false, topics = false } = options;
  checkText('group', group);
  const request = { name: 'deleteSubscriptiongroup', fields: { groupName: group, cleanOffset } } as const;
  await askAll({
    what: `deleting group ${group}`,
    addresses: await cluster.masters(options),
    ask: (address) => ask(cluster.remoting, address, request, options),
    merge: () => undefined,
    signal: options.signal,
  });
  if (!topics) return;
  for (const topic of [retryTopic(group), dlqTopic(group)]) await deleteTopic(cluster, topic, options);
}

async function consumers(
  cluster: Cluster,
  group: string,
  options?: CallOptions,
): Promise<ConsumerConnection | undefined> {
  checkText('group', group);
  const request = { name: 'getConsumerConnectionList', fields: { consumerGroup: group } } as const;
  const members = async (address: Address): Promise<ConsumerConnection | undefined> => {
    const reply = await cluster.remoting.call(address, request, options);
    if (reply.code === responseCodes.consumerNotOnline) return undefined;
    if (reply.code !== responseCodes.success) throw replyError(reply, address);
    return decodeBody('ConsumerConnection', reply.body);
  };
  return askAll({
    what: `reading the members of group ${group}`,
    addresses: await cluster.readersOfGroup(group, options),
    ask: members,
    merge: together,
    signal: options?.signal,
  });
}

async function progress(
  cluster: Cluster,
  { group, topic }: { readonly group: string; readonly topic: string | undefined },
  options?: CallOptions,
): Promise<ConsumeStats['offsetTable']> {
  checkText('group', group);
  if (topic !== undefined) checkText('topic', topic);
  const request = { name: 'getConsumeStats', fields: { consumerGroup: group, topic } } as const;
  return askAll({
    what: `reading the progress of group ${group}`,
    addresses: await cluster.readersOfGroup(group, options),
    ask: async (address) => decodeBody('ConsumeStats', await cluster.body(address, request, options)).offsetTable,
    merge: (tables) => tables.flat(),
    signal: options?.signal,
  });
}

function byName(tables: readonly (readonly SubscriptionGroupConfig[])[]): readonly SubscriptionGroupConfig[] {
  const all = new Map<string, SubscriptionGroupConfig>();
  for (const config of tables.flat()) if (!all.has(config.groupName)) all.set(config.groupName, config);
  return [...all.values()].toSorted((a, b) => (a.groupName < b.groupName ? -1 : 1));
}

/** A member talks to all brokers of its topics: it is one, wherever it was seen. */
function together(seen: readonly (ConsumerConnection | undefined)[]): ConsumerConnection | undefined {
  const online = seen.filter((each) => each !== undefined);
  const [first] = online;
  if (first === undefined) return undefined;
  const connections = new Map<string, ConsumerConnection['connectionSet'][number]>();
  for (const connection of online.flatMap(({ connectionSet }) => connectionSet)) {
    if (!connections.has(connection.clientId)) connections.set(connection.clientId, connection);
  }
  const subscriptions = online.flatMap(({ subscriptionTable }) => Object.entries(subscriptionTable));
  return { ...first, connectionSet: [...connections.values()], subscriptionTable: Object.fromEntries(subscriptions) };
}

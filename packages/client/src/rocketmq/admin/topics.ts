import type { ClusterInfo, TopicRouteData, TopicStatsTable } from '@rmq/protocol/rocketmq/bodies';
import { responseCodes } from '@rmq/protocol/rocketmq';
import { decodeBody } from '@rmq/protocol/rocketmq/bodies';
import { checkTopic, permissions, templateTopic } from '@rmq/protocol/rocketmq/messages';
import { ConnectionError } from '../../core/errors.ts';
import { type Address, ask, type CallOptions, replyError } from '../remoting.ts';
import { askAll } from './ask-all.ts';
import { checkPermission, checkQueues, checkText } from './checks.ts';
import type { Cluster } from './cluster.ts';

/** A topic to create or change. */
export interface TopicSettings {
  readonly topic: string;
  /** Queues per broker, to read and to write. 1 to 65535. @defaultValue 8 */
  readonly queues?: number | undefined;
  /** What is allowed: 6 reads and writes, 4 reads, 2 writes. @defaultValue 6 */
  readonly permission?: number | undefined;
}

/** The part of the administration that is about topics and where they are. */
export interface TopicAdmin {
  /**
   * Creates a topic on every master, or changes it. Wire: UPDATE_AND_CREATE_TOPIC (17).
   * @throws ConnectionError `route-not-found` when there is no master
   */
  readonly createTopic: (settings: TopicSettings, options?: CallOptions) => Promise<void>;
  /**
   * Deletes a topic and its messages from every broker, then from the name servers; these are not told while a broker
   * still has it. Wire: DELETE_TOPIC_IN_BROKER (215), DELETE_TOPIC_IN_NAMESRV (216).
   */
  readonly deleteTopic: (topic: string, options?: CallOptions) => Promise<void>;
  /** The names of all topics, system topics included. Wire: GET_ALL_TOPIC_LIST_FROM_NAMESERVER (206). */
  readonly topics: (options?: CallOptions) => Promise<readonly string[]>;
  /** Queues and brokers of a topic; undefined if it does not exist. Wire: GET_ROUTEINFO_BY_TOPIC (105). */
  readonly route: (topic: string, options?: CallOptions) => Promise<TopicRouteData | undefined>;
  /** The brokers by name and by cluster. Wire: GET_BROKER_CLUSTER_INFO (106). */
  readonly cluster: (options?: CallOptions) => Promise<ClusterInfo>;
  /**
   * First and last offset of each queue of a topic, from all its brokers; undefined if it does not exist. Wire:
   * GET_TOPIC_STATS_INFO (202).
   */
  readonly topicStats: (topic: string, options?: CallOptions) => Promise<TopicStatsTable['offsetTable'] | undefined>;
}

/** {@link TopicAdmin} of a cluster. */
export function topicAdmin(cluster: Cluster): TopicAdmin {
  return {
    createTopic: (settings, options) => createTopic(cluster, settings, options),
    deleteTopic: (topic, options) => deleteTopic(cluster, topic, options),
    topics: (options) => topics(cluster, options),
    route: async (topic, options) => cluster.route(checkText('topic', topic), options),
    cluster: (options) => cluster.info(options),
    topicStats: (topic, options) => topicStats(cluster, topic, options),
  };
}

async function createTopic(cluster: Cluster, settings: TopicSettings, options?: CallOptions): Promise<void> {
  const { topic, queues = 8, permission = permissions.read | permissions.write } = settings;
  checkTopic(topic);
  const fields = {
    topic,
    defaultTopic: templateTopic,
    readQueueNums: checkQueues(queues),
    writeQueueNums: queues,
    perm: checkPermission(permission),
    topicFilterType: 'SINGLE_TAG',
    order: false,
  };
  const addresses = await cluster.masters(options);
  if (addresses.length === 0) {
    throw new ConnectionError('route-not-found', `topic ${topic} cannot be created: no broker has registered`);
  }
  const request = { name: 'updateAndCreateTopic', fields } as const;
  await askAll({
    what: `creating topic ${topic}`,
    addresses,
    ask: (address) => ask(cluster.remoting, address, request, options),
    merge: nothing,
    signal: options?.signal,
  });
}

/** {@link TopicAdmin.deleteTopic} */
export async function deleteTopic(cluster: Cluster, topic: string, options?: CallOptions): Promise<void> {
  const fields = { topic: checkText('topic', topic) };
  const remove = (name: 'deleteTopicInBroker' | 'deleteTopicInNamesrv', addresses: readonly Address[]): Promise<void> =>
    askAll({
      what: `deleting topic ${topic}`,
      addresses,
      ask: (address) => ask(cluster.remoting, address, { name, fields }, options),
      merge: nothing,
      signal: options?.signal,
    });
  await remove('deleteTopicInBroker', await cluster.brokers(options));
  await remove('deleteTopicInNamesrv', cluster.nameServers);
}

async function topics(cluster: Cluster, options?: CallOptions): Promise<readonly string[]> {
  const reply = await cluster.askNameServer({ name: 'getAllTopicListFromNameserver', fields: {} }, options);
  if (reply.code !== responseCodes.success) throw replyError(reply, 'the name server');
  return decodeBody('TopicList', reply.body).topicList;
}

async function topicStats(
  cluster: Cluster,
  topic: string,
  options?: CallOptions,
): Promise<TopicStatsTable['offsetTable'] | undefined> {
  const addresses = await cluster.readersOf(checkText('topic', topic), options);
  if (addresses === undefined) return undefined;
  const request = { name: 'getTopicStatsInfo', fields: { topic } } as const;
  return askAll({
    what: `reading the offsets of topic ${topic}`,
    addresses,
    ask: async (address) => decodeBody('TopicStatsTable', await cluster.body(address, request, options)).offsetTable,
    merge: (tables) => tables.flat(),
    signal: options?.signal,
  });
}

const nothing = (): void => undefined;

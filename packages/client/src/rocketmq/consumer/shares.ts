import type { MessageQueue } from '@rmq/protocol/rocketmq/messages';
import { decodeBody } from '@rmq/protocol/rocketmq/bodies';
import { compareQueues } from '@rmq/protocol/rocketmq/messages';
import type { Instance } from '../instance.ts';
import { replyError } from '../remoting.ts';
import { queueKey, sortMembers } from './allocation.ts';
import type { ResolvedConsumerOptions } from './options.ts';

/** A member's share of one topic, as calculated. */
export interface Share {
  readonly topic: string;
  readonly members: number;
  /** Whether this member is one of them. If not, its share is empty. */
  readonly listed: boolean;
  /** Its queues by key. */
  readonly queues: ReadonlyMap<string, MessageQueue>;
}

/** What a share depends on. */
export interface ShareContext {
  readonly instance: Instance;
  readonly options: Pick<ResolvedConsumerOptions, 'group' | 'allocate' | 'controlTimeoutMs'>;
}

/** The client ids of a group's members, from any broker of the topic: each knows all. Wire: GET_CONSUMER_LIST_BY_GROUP (38). */
async function membersOf({ instance, options }: ShareContext, topic: string): Promise<readonly string[]> {
  const address = await instance.routes.anyBrokerOf(topic);
  if (address === undefined) return [];
  const fields = { consumerGroup: options.group };
  const call = { timeoutMs: options.controlTimeoutMs };
  const reply = await instance.remoting.call(address, { name: 'getConsumerListByGroup', fields }, call);
  if (reply.code !== 0) throw replyError(reply, address);
  return sortMembers(decodeBody('ConsumerList', reply.body).consumerIdList);
}

/**
 * Calculates which queues of a topic this member reads. Every member comes to a matching result from the same two lists.
 *
 * @returns undefined when the topic has no route yet, or nobody is known: then everything stays as it is.
 * @throws ReplyError and the like when a broker does not tell, or whatever a custom allocation throws.
 */
export async function shareOf(context: ShareContext, topic: string): Promise<Share | undefined> {
  const { instance, options } = context;
  const known = await instance.routes.subscribeQueues(topic, { timeoutMs: options.controlTimeoutMs });
  if (known === undefined || known.length === 0) return undefined;
  const members = await membersOf(context, topic);
  if (members.length === 0) return undefined;
  const all = [...known].sort(compareQueues);
  const listed = members.includes(instance.clientId);
  const mine = listed ? options.allocate(all, members, instance.clientId) : [];
  // A custom function may only choose: a queue that does not exist is ignored.
  const existing = new Map(all.map((queue) => [queueKey(queue), queue]));
  const queues = new Map<string, MessageQueue>();
  for (const queue of mine) {
    const found = existing.get(queueKey(queue));
    if (found !== undefined) queues.set(queueKey(found), found);
  }
  return { topic, members: members.length, listed, queues };
}

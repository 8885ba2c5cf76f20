import { ProtocolError, UsageError } from '@rmq/protocol';
import type { StoredMessage } from '@rmq/protocol/rocketmq/messages';
import { responseCodes } from '@rmq/protocol/rocketmq';
import { decodeMessages, parseOffsetMessageId, propertyNames } from '@rmq/protocol/rocketmq/messages';
import { type Address, type CallOptions, replyError } from '../remoting.ts';
import { askAll } from './ask-all.ts';
import { checkCount, checkKey, checkOffsetMessageId, checkText, checkTimestamp } from './checks.ts';
import type { Cluster } from './cluster.ts';

/** Which messages {@link MessageAdmin.queryByKey} looks for. */
export interface KeyQuery {
  readonly topic: string;
  /** One of a message's keys; or its message id with `unique`. */
  readonly key: string;
  readonly unique?: boolean | undefined;
  /** At most so many per broker, which may have a lower limit of its own (64). 1 to 2^31-1. @defaultValue 32 */
  readonly limit?: number | undefined;
  /** Stored in this time. Epoch milliseconds, 0 or more. @defaultValue any time */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** The part of the administration that finds messages. */
export interface MessageAdmin {
  /**
   * The message at a place in the store. Wire: VIEW_MESSAGE_BY_ID (33), sent to the address that the id holds.
   * @param offsetMessageId - of a SendResult or a received message
   * @throws ReplyError when there is none; ProtocolError when what is there is no message
   */
  readonly viewById: (offsetMessageId: string, options?: CallOptions) => Promise<StoredMessage>;
  /**
   * Messages by key or message id, from all brokers of the topic; none if it does not exist. A broker knows a message by
   * its keys a moment after it has stored it. Wire: QUERY_MESSAGE (12).
   */
  readonly queryByKey: (query: KeyQuery, options?: CallOptions) => Promise<readonly StoredMessage[]>;
}

/** {@link MessageAdmin} of a cluster. */
export function messageAdmin(cluster: Cluster): MessageAdmin {
  return {
    viewById: (offsetMessageId, options) => viewById(cluster, offsetMessageId, options),
    queryByKey: (query, options) => queryByKey(cluster, query, options),
  };
}

async function viewById(cluster: Cluster, offsetMessageId: string, options?: CallOptions): Promise<StoredMessage> {
  const { host, physicalOffset } = parseOffsetMessageId(checkOffsetMessageId(offsetMessageId));
  const name = host.host.includes(':') ? `[${host.host}]` : host.host;
  const address = `${name}:${host.port.toString()}`;
  const request = { name: 'viewMessageById', fields: { offset: physicalOffset } } as const;
  const [message] = decodeMessages(await cluster.body(address, request, options));
  if (message === undefined) throw new ProtocolError('message-malformed', `${address} answered with no message`);
  return message;
}

async function queryByKey(cluster: Cluster, query: KeyQuery, options?: CallOptions): Promise<readonly StoredMessage[]> {
  const { topic, key, unique = false } = query;
  const fields = queryFields(query);
  const addresses = (await cluster.readersOf(topic, options)) ?? [];
  const request = { name: 'queryMessage', fields, extra: { _UNIQUE_KEY_QUERY: String(unique) } } as const;
  const search = async (address: Address): Promise<readonly StoredMessage[]> => {
    const reply = await cluster.remoting.call(address, request, options);
    if (reply.code === responseCodes.queryNotFound) return [];
    if (reply.code !== responseCodes.success) throw replyError(reply, address);
    // Brokers find by hash: what has another key is left out here.
    return decodeMessages(reply.body).filter((message) => hasKey(message, query));
  };
  return askAll({
    what: `looking for key ${key} in topic ${topic}`,
    addresses,
    ask: search,
    merge: (found) => found.flat(),
    signal: options?.signal,
  });
}

function queryFields({ topic, key, limit = 32, from = 0, to = Number.MAX_SAFE_INTEGER }: KeyQuery): {
  readonly topic: string;
  readonly key: string;
  readonly maxNum: number;
  readonly beginTimestamp: bigint;
  readonly endTimestamp: bigint;
} {
  const [beginTimestamp, endTimestamp] = [checkTimestamp('from', from), checkTimestamp('to', to)];
  if (beginTimestamp > endTimestamp) {
    throw new UsageError(
      'value-out-of-range',
      `option from is ${String(from)}: expected at most \`to\`, ${String(to)}`,
    );
  }
  const maxNum = checkCount('limit', limit, 1);
  return { topic: checkText('topic', topic), key: checkKey(key), maxNum, beginTimestamp, endTimestamp };
}

function hasKey(message: StoredMessage, { topic, key, unique }: KeyQuery): boolean {
  if (message.topic !== topic) return false;
  if (unique === true) return message.property(propertyNames.UNIQ_KEY) === key;
  return (message.property(propertyNames.KEYS) ?? '').split(' ').includes(key);
}

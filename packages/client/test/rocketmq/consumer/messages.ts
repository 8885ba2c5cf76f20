import type { Properties, StoredMessage, StoredMessageInit } from '@rmq/protocol/rocketmq/messages';
import { decodeMessages, encodeMessage } from '@rmq/protocol/rocketmq/messages';

/** What tests want of a stored message; the rest is made up. */
export interface Wanted extends Partial<Omit<StoredMessageInit, 'properties' | 'queueOffset'>> {
  readonly offset: number;
  readonly text?: string;
  readonly properties?: Properties;
}

/** A message as a broker stores it, as bytes. */
export function storedBytes({ offset, text = `message ${offset}`, ...init }: Wanted): Uint8Array {
  return encodeMessage({
    topic: 'T',
    queueId: 0,
    physicalOffset: BigInt(offset * 1_000),
    bornTimestamp: 1_700_000_000_000,
    storeTimestamp: 1_700_000_000_001,
    bornHost: { host: '10.0.0.9', port: 5_000 },
    storeHost: { host: '10.0.0.1', port: 10_911 },
    body: new TextEncoder().encode(text),
    ...init,
    queueOffset: BigInt(offset),
    properties: { UNIQ_KEY: `ID${offset}`, ...init.properties },
  });
}

/** Messages as a client decodes them. */
export function stored(wanted: Wanted): StoredMessage {
  const [message] = decodeMessages(storedBytes(wanted));
  if (message === undefined) throw new Error('nothing decoded');
  return message;
}

/** Messages with these offsets. */
export function run(from: number, count: number): StoredMessage[] {
  return Array.from({ length: count }, (_, index) => stored({ offset: from + index }));
}

import { ProtocolError, UsageError } from '../../errors.ts';
import { retryTopic } from '../names.ts';

/** Which topic a popped message is really stored in: its own, or a retry topic of the older or newer naming. */
export type PopRetry = 'none' | 'v1' | 'v2';

/** A popped message's receipt (`ExtraInfoUtil.java`): acknowledging it, or changing when it comes again, needs one. */
export interface PopReceipt {
  /** Where the pop began in its queue. */
  readonly startOffset: bigint;
  /** When it was popped. Milliseconds since the epoch. */
  readonly popTime: bigint;
  /** For how long nobody else gets it. Milliseconds. */
  readonly invisibleTime: bigint;
  /** The broker's own queue for what comes back; 999 marks messages in order. */
  readonly reviveQueueId: number;
  readonly retry: PopRetry;
  readonly brokerName: string;
  readonly queueId: number;
  /** Of the message; undefined in a receipt for a whole pop of an old broker. */
  readonly queueOffset: bigint | undefined;
  /** Added by proxies. */
  readonly commitLogOffset?: bigint | undefined;
}

/** {@link PopReceipt.reviveQueueId} of messages that come in order. */
export const ORDERED_REVIVE_QUEUE = 999;

/** Wire numbers, by position. */
const RETRIES: readonly PopRetry[] = ['none', 'v1', 'v2'];
const NUMBER = /^-?\d{1,19}$/;

/**
 * Takes the text apart that travels as `POP_CK` and `extraInfo`.
 * @throws ProtocolError `field-malformed` for fewer than seven parts or one that is not what it should be
 */
export function parsePopReceipt(text: string): PopReceipt {
  const parts = text.split(' ');
  const [start = '', popTime = '', invisible = '', revive = '', retry = '', brokerName = '', queue = ''] = parts;
  const [, , , , , , , offset, commitLogOffset] = parts;
  if (brokerName === '' || parts.length > 9) throw malformed('receipt', text);
  return {
    startOffset: long(start, text),
    popTime: long(popTime, text),
    invisibleTime: long(invisible, text),
    reviveQueueId: int(revive, text),
    retry: retryOf(retry, text),
    brokerName,
    queueId: int(queue, text),
    queueOffset: offset === undefined ? undefined : long(offset, text),
    ...(commitLogOffset === undefined ? {} : { commitLogOffset: long(commitLogOffset, text) }),
  };
}

/** The text of a receipt. @throws UsageError `name-invalid` for a broker name with a space in it, or none */
export function formatPopReceipt(receipt: PopReceipt): string {
  const { startOffset, popTime, invisibleTime, reviveQueueId, retry, brokerName, queueId } = receipt;
  const { queueOffset, commitLogOffset } = receipt;
  if (brokerName === '' || brokerName.includes(' ')) {
    throw new UsageError('name-invalid', `"${brokerName}" cannot be a broker's name: parts are separated by spaces`);
  }
  return [
    ...[startOffset, popTime, invisibleTime, reviveQueueId, RETRIES.indexOf(retry), brokerName, queueId],
    ...(queueOffset === undefined ? [] : [queueOffset]),
    ...(queueOffset === undefined || commitLogOffset === undefined ? [] : [commitLogOffset]),
  ].join(' ');
}

/** Where the messages of an answer to POP_MESSAGE come from, as its ext fields say for each queue. */
export interface PopOffsets {
  /** The first offset of the pop. @returns undefined if the answer does not say (an old broker) */
  readonly start: (retry: PopRetry, queueId: number) => bigint | undefined;
  /** The offsets of the queue's messages, in their order. Empty if the answer does not say. */
  readonly messages: (retry: PopRetry, queueId: number) => readonly bigint[];
  /** How often a message in order has come before; 0 if the answer does not say. */
  readonly deliveries: (retry: PopRetry, queueId: number, offset: bigint) => number;
}

/** The ext fields of an answer to POP_MESSAGE that say it; names as in its header. */
export interface PopOffsetTexts {
  readonly startOffsetInfo?: string | undefined;
  readonly msgOffsetInfo?: string | undefined;
  readonly orderCountInfo?: string | undefined;
}

/** Reads those texts. @throws ProtocolError `field-malformed` */
export function popOffsets({ startOffsetInfo, msgOffsetInfo, orderCountInfo }: PopOffsetTexts): PopOffsets {
  const starts = byQueue(startOffsetInfo, long);
  const messages = byQueue(msgOffsetInfo, (list, text) => list.split(',').map((offset) => long(offset, text)));
  const counts = byQueue(orderCountInfo, int);
  const key = (retry: PopRetry, queue: number | string): string => `${RETRIES.indexOf(retry)} ${queue}`;
  return {
    start: (retry, queueId) => starts.get(key(retry, queueId)),
    messages: (retry, queueId) => messages.get(key(retry, queueId)) ?? [],
    deliveries: (retry, queueId, offset) =>
      counts.get(key(retry, `qo${queueId}%${offset}`)) ?? counts.get(key(retry, queueId)) ?? 0,
  };
}

/** `retry queue value` for each queue, separated by semicolons. */
function byQueue<V>(text: string | undefined, read: (value: string, text: string) => V): ReadonlyMap<string, V> {
  const values = new Map<string, V>();
  for (const item of text === undefined || text === '' ? [] : text.split(';')) {
    const [retry = '', queue = '', value, ...more] = item.split(' ');
    if (value === undefined || more.length > 0) throw malformed('list of offsets', item);
    values.set(`${RETRIES.indexOf(retryOf(retry, item))} ${queue}`, read(value, item));
  }
  return values;
}

/** The topic that requests about a popped message name: for one that came again, the group's retry topic. */
export function popTopic(topic: string, group: string, retry: PopRetry): string {
  if (retry === 'none') return topic;
  return retryTopic(`${group}${retry === 'v1' ? '_' : '+'}${topic}`);
}

/**
 * Which messages of one pop a BATCH_ACK_MESSAGE acknowledges: a bit for each offset from the start on, lowest bit first,
 * as base64 (`BatchAck.java`).
 * @throws UsageError `value-out-of-range` for an offset before the start, or more than 65,536 behind it
 */
export function encodeAckBits(startOffset: bigint, offsets: Iterable<bigint>): string {
  const bits = [...offsets].map((offset) => Number(offset - startOffset));
  const last = bits.reduce((max, bit) => Math.max(max, bit), -1);
  if (last >= MAX_ACK_BITS || bits.some((bit) => bit < 0)) {
    throw new UsageError(
      'value-out-of-range',
      `an offset is not within ${MAX_ACK_BITS} behind ${startOffset.toString()}`,
    );
  }
  const bytes = new Uint8Array((last >> 3) + 1);
  for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (1 << (bit & 7));
  return btoa(String.fromCharCode(...bytes));
}

/** The offsets of {@link encodeAckBits}. @throws ProtocolError `field-malformed` for what is not base64, or too long */
export function decodeAckBits(startOffset: bigint, text: string): readonly bigint[] {
  let characters: string;
  try {
    characters = atob(text);
  } catch (cause) {
    throw new ProtocolError('field-malformed', 'the offsets to acknowledge are not base64', { cause });
  }
  if (characters.length * 8 > MAX_ACK_BITS) {
    throw new ProtocolError('field-malformed', `more than ${MAX_ACK_BITS} offsets to acknowledge`);
  }
  const offsets: bigint[] = [];
  for (let bit = 0; bit < characters.length * 8; bit += 1) {
    if (((characters.charCodeAt(bit >> 3) >> (bit & 7)) & 1) === 1) offsets.push(startOffset + BigInt(bit));
  }
  return offsets;
}

const MAX_ACK_BITS = 65_536;

declare const btoa: (characters: string) => string;
declare const atob: (text: string) => string;

function long(digits: string, text: string): bigint {
  const value = NUMBER.test(digits) ? BigInt(digits) : undefined;
  if (value !== undefined && BigInt.asIntN(64, value) === value) return value;
  throw malformed(`number "${digits.slice(0, 24)}"`, text);
}

function int(digits: string, text: string): number {
  const value = Number(long(digits, text));
  if ((value | 0) === value) return value;
  throw malformed(`number "${digits}"`, text);
}

function retryOf(digit: string, text: string): PopRetry {
  const retry = /^[012]$/.test(digit) ? RETRIES[Number(digit)] : undefined;
  if (retry !== undefined) return retry;
  throw malformed(`retry flag "${digit.slice(0, 24)}"`, text);
}

function malformed(what: string, text: string): ProtocolError {
  return new ProtocolError('field-malformed', `wrong ${what} in "${text.slice(0, 200)}"`);
}

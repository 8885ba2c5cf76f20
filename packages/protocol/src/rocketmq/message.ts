import { ProtocolError } from '../errors.ts';
import { decodeBatch } from './batch.ts';
import { bodyCrc } from './crc32.ts';
import type { HostAddress } from './host-address.ts';
import type { StoredMessageInit } from './message-encode.ts';
import { MessageSource } from './message-source.ts';
import type { Properties } from './properties.ts';
import { decodeProperties, encodeProperties, readProperty } from './properties.ts';
import { sysFlags } from './sys-flag.ts';

/** Marks a stored message whose topic length is one byte. */
export const MAGIC_V1 = 0xdaa3_20a7;
/** Marks a stored message whose topic length is two bytes: topics of more than 127 bytes, which only retries have. */
export const MAGIC_V2 = 0xdaa3_20ab;

/** Bytes up to the body of a message with two IPv4 hosts; every IPv6 host adds {@link V6_EXTRA}. */
const FIXED_BYTES = 88;
const V6_EXTRA = 12;

/**
 * One message as brokers store and hand it out. All was checked when it was decoded: no member throws.
 *
 * Members are made when asked for, the body is a view of the frame: nothing is copied.
 */
export interface StoredMessage {
  readonly topic: string;
  readonly queueId: number;
  /** Position in the queue. */
  readonly queueOffset: bigint;
  /** Position in the broker's commit log. */
  readonly physicalOffset: bigint;
  /** The sender's own number. RocketMQ gives it no meaning. */
  readonly flag: number;
  /** Bits of {@link sysFlags}. */
  readonly sysFlag: number;
  /** What the body's checksum should be; see {@link checkBodyCrc}. */
  readonly bodyCrc: number;
  /** How often it was handed out before. */
  readonly reconsumeTimes: number;
  /** By the producer's clock, epoch ms. Beyond ±2^53 it is rounded. */
  readonly bornTimestamp: number;
  /** By the broker's clock, epoch ms. Beyond ±2^53 it is rounded. */
  readonly storeTimestamp: number;
  readonly bornHost: HostAddress;
  readonly storeHost: HostAddress;
  readonly preparedTransactionOffset: bigint;
  /** As stored: maybe compressed, maybe an inner batch. */
  readonly body: Uint8Array;
  /** All properties; taken apart on first use. */
  readonly properties: Properties;
  /** The properties string as stored: order and duplicates are the sender's. */
  readonly propertiesText: string;
  /** One property, without taking the others apart. Cheapest for the first few lookups. */
  readonly property: (name: string) => string | undefined;
}

/** Where the parts of variable length lie. */
interface Layout {
  readonly at: number;
  readonly bodyAt: number;
  readonly bodyLength: number;
  readonly propertiesAt: number;
  readonly propertiesLength: number;
  /** The properties string, if it is not ASCII: then it was decoded once to check it. */
  readonly text: string | undefined;
}

/** A message read in place. */
class StoredRecord implements StoredMessage {
  readonly topic: string;
  readonly #source: MessageSource;
  readonly #at: number;
  readonly #layout: Layout;
  #body: Uint8Array | undefined;
  #text: string | undefined;
  #properties: Properties | undefined;

  constructor(source: MessageSource, topic: string, layout: Layout) {
    this.topic = topic;
    this.#source = source;
    this.#at = layout.at;
    this.#layout = layout;
    this.#text = layout.text;
  }

  get bodyCrc(): number {
    return this.#source.view.getInt32(this.#at + 8);
  }
  get queueId(): number {
    return this.#source.view.getInt32(this.#at + 12);
  }
  get flag(): number {
    return this.#source.view.getInt32(this.#at + 16);
  }
  get queueOffset(): bigint {
    return this.#source.view.getBigInt64(this.#at + 20);
  }
  get physicalOffset(): bigint {
    return this.#source.view.getBigInt64(this.#at + 28);
  }
  get sysFlag(): number {
    return this.#source.view.getInt32(this.#at + 36);
  }
  get bornTimestamp(): number {
    return this.#time(this.#at + 40);
  }
  get bornHost(): HostAddress {
    return this.#source.host(this.#at + 48, this.#bornLength);
  }
  get storeTimestamp(): number {
    return this.#time(this.#at + 52 + this.#bornLength);
  }
  get storeHost(): HostAddress {
    const addressLength = (this.sysFlag & sysFlags.storeHostV6) === 0 ? 4 : 16;
    return this.#source.host(this.#at + 60 + this.#bornLength, addressLength);
  }
  get reconsumeTimes(): number {
    return this.#source.view.getInt32(this.#layout.bodyAt - 16);
  }
  get preparedTransactionOffset(): bigint {
    return this.#source.view.getBigInt64(this.#layout.bodyAt - 12);
  }
  get body(): Uint8Array {
    const { bodyAt, bodyLength } = this.#layout;
    return (this.#body ??= this.#source.bytes.subarray(bodyAt, bodyAt + bodyLength));
  }
  get properties(): Properties {
    return (this.#properties ??= decodeProperties(this.propertiesText));
  }
  get propertiesText(): string {
    const { propertiesAt, propertiesLength } = this.#layout;
    return (this.#text ??= this.#source.text(propertiesAt, propertiesLength));
  }

  property(name: string): string | undefined {
    return this.#properties === undefined ? readProperty(this.propertiesText, name) : this.#properties[name];
  }

  get #bornLength(): number {
    return (this.sysFlag & sysFlags.bornHostV6) === 0 ? 4 : 16;
  }

  /** An int64 as a number: exact wherever a clock can be. Cheaper than by way of bigint. */
  #time(at: number): number {
    const { view } = this.#source;
    return view.getInt32(at) * 0x1_0000_0000 + view.getUint32(at + 4);
  }
}

function bad(at: number, what: string, cause?: unknown): never {
  throw new ProtocolError('message-malformed', `stored message: ${what}`, { offset: at, cause });
}

/** Reads the record in [at, end), whose total size has been checked against what is there. */
function readRecord(source: MessageSource, at: number, end: number): StoredMessage {
  const { view, bytes } = source;
  const magic = view.getUint32(at + 4);
  if (magic !== MAGIC_V1 && magic !== MAGIC_V2) bad(at, `unknown magic 0x${magic.toString(16)}`);
  const sysFlag = view.getInt32(at + 36);
  const born = (sysFlag & sysFlags.bornHostV6) === 0 ? 0 : V6_EXTRA;
  const store = (sysFlag & sysFlags.storeHostV6) === 0 ? 0 : V6_EXTRA;
  const topicWidth = magic === MAGIC_V1 ? 1 : 2;
  const bodyAt = at + FIXED_BYTES + born + store;
  // Each length is compared with what is left before the next is looked for.
  if (bodyAt + topicWidth + 2 > end) bad(at, 'too short for its hosts');
  const bodyLength = view.getUint32(bodyAt - 4);
  const topicAt = bodyAt + bodyLength + topicWidth;
  if (topicAt + 2 > end) bad(at, `body of ${bodyLength} bytes does not fit`);
  const topicLength = topicWidth === 1 ? (bytes[topicAt - 1] ?? 0) : view.getUint16(topicAt - 2);
  const propertiesAt = topicAt + topicLength + 2;
  if (propertiesAt > end) bad(at, `topic of ${topicLength} bytes does not fit`);
  const propertiesLength = view.getUint16(propertiesAt - 2);
  if (propertiesAt + propertiesLength !== end) bad(at, `properties of ${propertiesLength} bytes do not end it`);
  const ascii = source.isAscii(propertiesAt, propertiesLength);
  try {
    const topic = source.topic(topicAt, topicLength);
    const text = ascii ? undefined : source.text(propertiesAt, propertiesLength);
    return new StoredRecord(source, topic, { at, bodyAt, bodyLength, propertiesAt, propertiesLength, text });
  } catch (cause) {
    return bad(at, 'topic or properties are not UTF-8', cause);
  }
}

/** How messages are decoded. */
export interface DecodeMessagesOptions {
  /**
   * Told of every record that cannot be read (`message-malformed`, with its offset); decoding goes on behind it, or
   * stops when the record's size is not to be trusted. Without it the first such record throws.
   */
  readonly onBad?: ((error: ProtocolError) => void) | undefined;
}

/**
 * Reads stored messages one behind the other: the body of a pull, pop, query or view answer. Wire: `MessageDecoder.java`.
 *
 * Java drops everything behind a record it cannot read; this skips only the record. Memory stays proportional to the
 * number of records; bodies are views of `bytes`, which must not change any more.
 *
 * @throws ProtocolError `message-malformed`, unless `onBad` is given.
 */
export function decodeMessages(bytes: Uint8Array, { onBad }: DecodeMessagesOptions = {}): StoredMessage[] {
  const source = new MessageSource(bytes);
  const messages: StoredMessage[] = [];
  let at = 0;
  while (at < bytes.length) {
    // A size that cannot be right says nothing about where the next record begins: then all the rest is lost.
    let end = bytes.length;
    try {
      end = recordEnd(source, at);
      messages.push(readRecord(source, at, end));
    } catch (error) {
      if (onBad === undefined || !(error instanceof ProtocolError)) throw error;
      onBad(error);
    }
    at = end;
  }
  return messages;
}

function recordEnd({ bytes, view }: MessageSource, at: number): number {
  const left = bytes.length - at;
  if (left < FIXED_BYTES + 3) bad(at, `${left} bytes are too few`);
  const size = view.getUint32(at);
  if (size < FIXED_BYTES + 3 || size > left) bad(at, `a size of ${size} bytes, with ${left} left`);
  return at + size;
}

/** A message that was not read from bytes: what `encodeMessage` takes, with everything filled in. */
export function storedMessage(init: StoredMessageInit): StoredMessage {
  const { properties = '', preparedTransactionOffset = 0n, flag = 0, sysFlag = 0, reconsumeTimes = 0 } = init;
  const text = encodeProperties(properties);
  const all = decodeProperties(text);
  const crc = init.bodyCrc ?? bodyCrc(init.body);
  return {
    ...init,
    flag,
    sysFlag,
    reconsumeTimes,
    preparedTransactionOffset,
    bodyCrc: crc,
    properties: all,
    propertiesText: text,
    property: (name) => all[name],
  };
}

/** All members of a message as plain data, for printing, comparing or encoding again. */
export function messageFields(
  message: StoredMessage,
): Required<StoredMessageInit> & { readonly properties: Properties } {
  return {
    topic: message.topic,
    queueId: message.queueId,
    queueOffset: message.queueOffset,
    physicalOffset: message.physicalOffset,
    flag: message.flag,
    sysFlag: message.sysFlag,
    bodyCrc: message.bodyCrc,
    reconsumeTimes: message.reconsumeTimes,
    bornTimestamp: message.bornTimestamp,
    bornHost: message.bornHost,
    storeTimestamp: message.storeTimestamp,
    storeHost: message.storeHost,
    preparedTransactionOffset: message.preparedTransactionOffset,
    body: message.body,
    properties: message.properties,
  };
}

/**
 * Compares the body with its checksum. Java clients do not; a mismatch is normal in CHECK_TRANSACTION_STATE, where the
 * body is sent decompressed.
 *
 * @throws ProtocolError `crc-mismatch`
 */
export function checkBodyCrc(message: StoredMessage): void {
  const actual = bodyCrc(message.body);
  if (actual !== message.bodyCrc) {
    throw new ProtocolError('crc-mismatch', `body checksum ${actual}, the message says ${message.bodyCrc}`);
  }
}

/**
 * The messages inside a stored inner batch (`isInnerBatch(sysFlag)`): flag, body and properties are each one's own,
 * queue offsets count up from the outer one, all else is the outer message's. Decompress the body first.
 *
 * @param body - the batch, when it is not `message.body` (which may be compressed).
 * @throws ProtocolError `message-malformed`
 */
export function unwrapInnerBatch(message: StoredMessage, body: Uint8Array = message.body): StoredMessage[] {
  const outer = messageFields(message);
  return decodeBatch(body).map((item, index) =>
    storedMessage({ ...outer, ...item, bodyCrc: bodyCrc(item.body), queueOffset: outer.queueOffset + BigInt(index) }),
  );
}

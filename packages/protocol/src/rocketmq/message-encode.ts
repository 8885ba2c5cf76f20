import { encodeUtf8 } from '../bytes/utf8.ts';
import { writeWord } from '../bytes/word.ts';
import { UsageError } from '../errors.ts';
import { bodyCrc } from './crc32.ts';
import type { HostAddress } from './host-address.ts';
import { parseAddress } from './host-address.ts';
import { join, word16 } from './join.ts';
import { MAGIC_V1, MAGIC_V2 } from './message.ts';
import type { Properties } from './properties.ts';
import { encodeProperties, MAX_PROPERTIES_BYTES } from './properties.ts';
import { sysFlags } from './sys-flag.ts';

/** What a stored message is made of. Hosts are IP addresses; the sysFlag's two host bits follow from them. */
export interface StoredMessageInit {
  readonly topic: string;
  readonly queueId: number;
  readonly queueOffset: bigint;
  readonly physicalOffset: bigint;
  /** @defaultValue 0 */
  readonly flag?: number | undefined;
  /** @defaultValue 0 */
  readonly sysFlag?: number | undefined;
  /** @defaultValue the checksum of `body` */
  readonly bodyCrc?: number | undefined;
  /** @defaultValue 0 */
  readonly reconsumeTimes?: number | undefined;
  /** Epoch ms. */
  readonly bornTimestamp: number;
  readonly bornHost: HostAddress;
  /** Epoch ms. */
  readonly storeTimestamp: number;
  readonly storeHost: HostAddress;
  /** @defaultValue 0n */
  readonly preparedTransactionOffset?: bigint | undefined;
  /** As stored: maybe compressed. */
  readonly body: Uint8Array;
  /** The properties, or their string as it came with the request. @defaultValue none */
  readonly properties?: string | Properties | undefined;
}

/** Topics longer than this make a V2 message: Java reads V1's one length byte as signed. Bytes. */
const MAX_V1_TOPIC_BYTES = 127;

/**
 * A message as brokers store it: V1, or V2 when the topic has more than 127 bytes.
 *
 * `queueOffset` and `physicalOffset` are at fixed places (20 and 28), so a store that learns them later can write them
 * into the result.
 *
 * @throws UsageError `name-invalid` (a host that is no IP address, a topic too long), `properties-too-large`,
 * `property-invalid`, `value-out-of-range`.
 */
export function encodeMessage(init: StoredMessageInit): Uint8Array {
  const { body, bornHost, storeHost } = init;
  const topic = encodeUtf8(init.topic);
  const properties = encodeUtf8(encodeProperties(init.properties ?? ''));
  if (topic.length > 0x7fff) throw new UsageError('name-invalid', `topic of ${topic.length} bytes`);
  if (properties.length > MAX_PROPERTIES_BYTES) {
    throw new UsageError('properties-too-large', `properties of ${properties.length} bytes`);
  }
  const born = parseAddress(bornHost.host);
  const store = parseAddress(storeHost.host);
  const isV1 = topic.length <= MAX_V1_TOPIC_BYTES;
  const hostBits = (born.length === 16 ? sysFlags.bornHostV6 : 0) | (store.length === 16 ? sysFlags.storeHostV6 : 0);
  const sysFlag = ((init.sysFlag ?? 0) & ~(sysFlags.bornHostV6 | sysFlags.storeHostV6)) | hostBits;
  const bytes = join([
    ...[0, isV1 ? MAGIC_V1 : MAGIC_V2, init.bodyCrc ?? bodyCrc(body), init.queueId, init.flag ?? 0],
    ...[init.queueOffset, init.physicalOffset, sysFlag],
    ...[BigInt(Math.trunc(init.bornTimestamp)), born, bornHost.port],
    ...[BigInt(Math.trunc(init.storeTimestamp)), store, storeHost.port],
    ...[init.reconsumeTimes ?? 0, init.preparedTransactionOffset ?? 0n, body.length, body],
    ...[isV1 ? Uint8Array.of(topic.length) : word16(topic.length), topic, word16(properties.length), properties],
  ]);
  writeWord(bytes, 0, bytes.length);
  return bytes;
}

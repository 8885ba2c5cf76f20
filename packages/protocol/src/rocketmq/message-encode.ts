import { encodeUtf8 } from '../bytes/utf8.ts';
import { UsageError } from '../errors.ts';
import { bodyCrc } from './crc32.ts';
import type { HostAddress } from './host-address.ts';
import { parseAddress } from './host-address.ts';
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

function parts(init: StoredMessageInit): {
  readonly topic: Uint8Array;
  readonly properties: Uint8Array;
  readonly born: Uint8Array;
  readonly store: Uint8Array;
} {
  const given = init.properties ?? '';
  const topic = encodeUtf8(init.topic);
  const properties = encodeUtf8(typeof given === 'string' ? given : encodeProperties(given));
  if (topic.length > 0x7fff) throw new UsageError('name-invalid', `topic of ${topic.length} bytes`);
  if (properties.length > MAX_PROPERTIES_BYTES) {
    throw new UsageError('properties-too-large', `properties of ${properties.length} bytes`);
  }
  return { topic, properties, born: parseAddress(init.bornHost.host), store: parseAddress(init.storeHost.host) };
}

/** Writes fixed-width fields one behind the other. */
function fieldsInto(bytes: Uint8Array): {
  readonly i32: (...values: readonly number[]) => void;
  readonly i64: (value: bigint) => void;
  readonly raw: (value: Uint8Array) => void;
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  return {
    i32(...values) {
      for (const value of values) {
        if (value !== (value | 0) && value !== value >>> 0) {
          throw new UsageError('value-out-of-range', `${value} is not a 32-bit integer`);
        }
        view.setInt32(at, value);
        at += 4;
      }
    },
    i64(value) {
      view.setBigInt64(at, value);
      at += 8;
    },
    raw(value) {
      bytes.set(value, at);
      at += value.length;
    },
  };
}

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
  const { topic, properties, born, store } = parts(init);
  const { body } = init;
  const isV1 = topic.length <= MAX_V1_TOPIC_BYTES;
  const hostBits = (born.length === 16 ? sysFlags.bornHostV6 : 0) | (store.length === 16 ? sysFlags.storeHostV6 : 0);
  const sysFlag = ((init.sysFlag ?? 0) & ~(sysFlags.bornHostV6 | sysFlags.storeHostV6)) | hostBits;
  const size = 80 + born.length + store.length + body.length + (isV1 ? 1 : 2) + topic.length + 2 + properties.length;
  const bytes = new Uint8Array(size);
  const { i32, i64, raw } = fieldsInto(bytes);
  i32(size, isV1 ? MAGIC_V1 : MAGIC_V2, init.bodyCrc ?? bodyCrc(body), init.queueId, init.flag ?? 0);
  i64(init.queueOffset);
  i64(init.physicalOffset);
  i32(sysFlag);
  i64(BigInt(Math.trunc(init.bornTimestamp)));
  raw(born);
  i32(init.bornHost.port);
  i64(BigInt(Math.trunc(init.storeTimestamp)));
  raw(store);
  i32(init.storeHost.port, init.reconsumeTimes ?? 0);
  i64(init.preparedTransactionOffset ?? 0n);
  i32(body.length);
  raw(body);
  raw(Uint8Array.from(isV1 ? [topic.length] : [topic.length >> 8, topic.length & 0xff]));
  raw(topic);
  raw(Uint8Array.of(properties.length >> 8, properties.length & 0xff));
  raw(properties);
  return bytes;
}

import { UsageError } from '@rmq/protocol';
import { encodeUtf8 } from '@rmq/protocol/bytes';
import type { Properties } from '@rmq/protocol/rocketmq/messages';
import {
  checkTopic,
  encodeProperties,
  encodeProperty,
  isReservedProperty,
  MAX_PROPERTIES_BYTES,
  propertyNames,
  sendForbiddenTopics,
} from '@rmq/protocol/rocketmq/messages';

/** A message to send. It is never changed. */
export interface OutgoingMessage {
  readonly topic: string;
  /** Text goes out as UTF-8. At least one byte, at most the producer's `maxMessageBytes`. */
  readonly body: Uint8Array | string;
  /** One tag, by which consumers filter. */
  readonly tags?: string | undefined;
  /** Keys to find the message by. None may hold a space. */
  readonly keys?: readonly string[] | undefined;
  /** Your own properties; RocketMQ's names are refused. */
  readonly properties?: Properties | undefined;
  /**
   * Deliver later: level 1 is 1 s, level 18 is 2 h, unless the broker has other levels; one above its last is taken for
   * the last. 1 to 2^31-1.
   */
  readonly delayLevel?: number | undefined;
  /** A number of your own that travels along. int32. @defaultValue 0 */
  readonly flag?: number | undefined;
  /** Whether the broker confirms only what it has stored as safely as it is set up to. @defaultValue true */
  readonly waitStored?: boolean | undefined;
  /** Messages with the same key go to the same queue with `hashByKey`, so in order. */
  readonly shardingKey?: string | undefined;
}

/** A checked message, ready for an attempt. */
export interface Prepared {
  readonly body: Uint8Array;
  readonly properties: string;
  readonly messageId: string;
  readonly flag: number;
}

/**
 * Checks a message and writes its properties.
 * @throws UsageError `body-empty`, `body-too-large`, `name-invalid`, `property-invalid`, `properties-too-large` or
 * `value-out-of-range`
 */
export function prepare(
  message: OutgoingMessage,
  { messageId, maxMessageBytes }: { readonly messageId: string; readonly maxMessageBytes: number },
): Prepared {
  checkTopic(message.topic);
  if ((sendForbiddenTopics as readonly string[]).includes(message.topic)) {
    throw new UsageError('name-invalid', `topic ${message.topic} belongs to the broker: send to a topic of your own`);
  }
  const body = typeof message.body === 'string' ? encodeUtf8(message.body) : message.body;
  checkBody(body, maxMessageBytes);
  const { flag = 0, delayLevel } = message;
  if (flag !== 0) checkInt32('flag', flag, -MAX_INT32 - 1);
  if (delayLevel !== undefined) checkInt32('delayLevel', delayLevel, 1);
  const properties = propertiesOf(message, messageId);
  checkProperties(properties);
  return { body, properties, messageId, flag };
}

const MAX_INT32 = 0x7fff_ffff;

function checkInt32(name: string, value: number, min: number): void {
  if (Number.isInteger(value) && value >= min && value <= MAX_INT32) return;
  const expected = `expected a whole number from ${min.toString()} to ${MAX_INT32.toString()}`;
  throw new UsageError('value-out-of-range', `${name} of a message is ${String(value)}: ${expected}`);
}

/** Brokers refuse more than an int16 can count. No character takes more than 3 bytes, so most texts need no closer look. */
function checkProperties(text: string): void {
  if (text.length * 3 <= MAX_PROPERTIES_BYTES) return;
  const { length } = encodeUtf8(text);
  if (length <= MAX_PROPERTIES_BYTES) return;
  const limit = `the limit is ${MAX_PROPERTIES_BYTES.toString()}: put large values into the body`;
  throw new UsageError('properties-too-large', `the properties take ${length.toString()} bytes, ${limit}`);
}

function checkBody({ length }: Uint8Array, maxMessageBytes: number): void {
  if (length === 0) throw new UsageError('body-empty', 'a message needs a body of at least one byte');
  if (length <= maxMessageBytes) return;
  const limit = `the limit is ${maxMessageBytes.toString()}: split it, or raise maxMessageBytes here and at the broker`;
  throw new UsageError('body-too-large', `a body of ${length.toString()} bytes was given, ${limit}`);
}

function propertiesOf(
  { properties, tags, keys, delayLevel, shardingKey, waitStored }: OutgoingMessage,
  id: string,
): string {
  let text = properties === undefined ? '' : encodeProperties(ownProperties(properties));
  if (keys !== undefined && keys.length > 0) text += encodeProperty(propertyNames.KEYS, joinedKeys(keys));
  if (tags !== undefined) text += encodeProperty(propertyNames.TAGS, tags);
  if (delayLevel !== undefined) text += encodeProperty(propertyNames.DELAY, delayLevel.toString());
  if (shardingKey !== undefined) text += encodeProperty(propertyNames.__SHARDINGKEY, shardingKey);
  return text + encodeProperty(propertyNames.UNIQ_KEY, id) + (waitStored === false ? DO_NOT_WAIT : WAIT);
}

const WAIT = encodeProperty(propertyNames.WAIT, 'true');
const DO_NOT_WAIT = encodeProperty(propertyNames.WAIT, 'false');

function ownProperties(properties: Properties): Properties {
  const reserved = Object.keys(properties).find(isReservedProperty);
  if (reserved === undefined) return properties;
  const advice = `property ${reserved} is RocketMQ's own: use the field of the message for it`;
  throw new UsageError('property-invalid', advice);
}

/** Keys travel as one text with spaces in between. */
function joinedKeys(keys: readonly string[]): string {
  const bad = keys.find((key) => key === '' || key.includes(' '));
  if (bad === undefined) return keys.join(' ');
  throw new UsageError('property-invalid', `key "${bad}" is empty or holds a space, which separates keys`);
}

/** Messages as they are stored, in batches, inside each other, and their properties. */
import { encodeUtf8 } from '@rmq/protocol/bytes';
import {
  batchItemBytes,
  bodyCrc,
  checkBodyCrc,
  decodeBatch,
  decodeMessages,
  decodeProperties,
  encodeBatch,
  encodeMessage,
  encodeProperties,
  MAX_PROPERTIES_BYTES,
  messageFields,
  propertyNames,
  readProperty,
  unwrapInnerBatch,
} from '@rmq/protocol/rocketmq/messages';
import { read, textOf, use } from '../guard.mjs';

export const words = [
  [0xda, 0xa3, 0x20, 0xa7],
  [0xda, 0xa3, 0x20, 0xab],
  ...Object.values(propertyNames).map((name) => `${name}\u0001x\u0002`),
  ...['\u0001', '\u0002', '__proto__\u00011\u0002', '\u00e9'],
];

const kinds = [messages, batch, properties];

/** Bytes in front of the stream: when inputs are joined, the second one's are left out. */
export const prefix = 1;

/** The first byte says what the others are. */
export function run(bytes, check) {
  kinds[(bytes[0] ?? 0) % kinds.length](bytes.subarray(1), check);
}

function messages(bytes, check) {
  const errors = [];
  const found = decodeMessages(bytes, { onBad: (error) => errors.push(error) });
  const strict = read(() => decodeMessages(bytes));
  check.same(strict.error?.message, errors[0]?.message, 'the first record that cannot be read');
  if (strict.value !== undefined) check.same(strict.value.length, found.length, 'the number of messages');
  for (const message of found) {
    read(() => checkBodyCrc(message));
    restore(message, check);
    for (const name of Object.keys(message.properties)) same(message, name, check);
    const inner = read(() => unwrapInnerBatch(message));
    for (const each of inner.value ?? [])
      check.same(each.bodyCrc, bodyCrc(each.body), 'the checksum of an inner message');
  }
}

/** One property alone is what it is among all: to a message that was not asked for all of them before, too. */
function same(message, name, check) {
  check.same(readProperty(message.propertiesText, name), message.properties[name], 'a property');
  check.same(message.property(name), message.properties[name], 'a property of a message');
}

function restore(message, check) {
  const names = Object.keys(decodeProperties(message.propertiesText));
  const alone = names.map((name) => message.property(name));
  const fields = messageFields(message);
  check.same(
    names.map((name) => fields.properties[name]),
    alone,
    'properties one by one',
  );
  // As text: a value may hold the mark that ends names, which arrives and cannot be sent by name.
  const properties = message.propertiesText;
  const { value: written, error } = use(() => encodeMessage({ ...fields, properties }));
  if (error !== undefined) {
    const isLong = encodeUtf8(properties).length > MAX_PROPERTIES_BYTES;
    if (error.code !== 'properties-too-large' || !isLong)
      throw new Error('a message cannot be stored', { cause: error });
    return;
  }
  const [again, ...more] = decodeMessages(written);
  check.same(more.length, 0, 'messages behind one');
  check.same(messageFields(again), fields, 'a message');
}

function batch(bytes, check) {
  const { value: items } = read(() => decodeBatch(bytes));
  if (items === undefined) return;
  for (const item of items) properties(encodeUtf8(item.properties), check);
  const { value: written, error } = use(() => encodeBatch(items));
  if (error !== undefined) {
    const allowed = items.length === 0 ? 'batch-invalid' : 'body-empty';
    if (error.code !== allowed && error.code !== 'properties-too-large') throw new Error('a batch', { cause: error });
    return;
  }
  check.same(decodeBatch(written), items, 'a batch');
  check.same(
    items.reduce((sum, item) => sum + batchItemBytes(item), 0),
    written.byteLength,
    'the size of a batch',
  );
}

function properties(bytes, check) {
  const text = textOf(bytes);
  const all = decodeProperties(text);
  for (const [name, value] of Object.entries(all)) check.same(readProperty(text, name), value, 'a property');
  const { value: written, error } = use(() => encodeProperties(all));
  // A value may hold the mark that ends names; it cannot be sent so.
  if (error === undefined) check.same(decodeProperties(written), all, 'properties');
  else if (error.code !== 'property-invalid') throw new Error('properties', { cause: error });
}

import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts';
import { ProtocolError, UsageError } from '../errors.ts';
import type { Properties } from './properties.ts';
import { encodeProperties, MAX_PROPERTIES_BYTES } from './properties.ts';

/** One message of a batch. Topic, queue and times are the batch's. */
export interface BatchItem {
  /** The sender's own number. */
  readonly flag: number;
  readonly body: Uint8Array;
  /** The properties, or their string. */
  readonly properties: string | Properties;
}

/** One message of a batch that was decoded. */
export interface BatchEntry extends BatchItem {
  readonly properties: string;
}

/** Bytes of an item besides body and properties: sizes, magic, checksum, flag. */
const ITEM_OVERHEAD = 22;

/** How many bytes text takes as UTF-8, without making them. A lone surrogate counts 3, as its replacement would. */
function utf8Length(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x800) length += 2;
    else if (unit >= 0x80) length += 1;
    // The two halves of a pair take four bytes together: the first one has been counted as three, the second as one.
    if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) at += 1;
  }
  return length;
}

/**
 * How many bytes {@link encodeBatch} needs for this item: what a producer adds up to stay below a broker's limit.
 *
 * @throws UsageError `property-invalid`
 */
export function batchItemBytes(item: BatchItem): number {
  return ITEM_OVERHEAD + item.body.length + utf8Length(encodeProperties(item.properties));
}

/**
 * The body of a batch send: the items back to back, after `MessageDecoder.encodeMessages`. Magic and checksum are 0, as
 * Java sends them.
 *
 * @throws UsageError `batch-invalid` (no item), `body-empty`, `properties-too-large`, `property-invalid`.
 */
export function encodeBatch(items: readonly BatchItem[]): Uint8Array {
  if (items.length === 0) throw new UsageError('batch-invalid', 'a batch needs at least one message');
  const texts = items.map(({ properties }) => encodeUtf8(encodeProperties(properties)));
  const size = items.reduce(
    (sum, { body }, index) => sum + ITEM_OVERHEAD + body.length + (texts[index]?.length ?? 0),
    0,
  );
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  for (const [index, { flag, body }] of items.entries()) {
    const text = texts[index] ?? new Uint8Array();
    if (body.length === 0) throw new UsageError('body-empty', `message ${index} of the batch has no body`);
    if (text.length > MAX_PROPERTIES_BYTES) {
      throw new UsageError('properties-too-large', `properties of ${text.length} bytes in message ${index}`);
    }
    view.setInt32(at, ITEM_OVERHEAD + body.length + text.length);
    view.setInt32(at + 12, flag);
    view.setInt32(at + 16, body.length);
    bytes.set(body, at + 20);
    at += 20 + body.length;
    view.setInt16(at, text.length);
    bytes.set(text, at + 2);
    at += 2 + text.length;
  }
  return bytes;
}

/**
 * Takes a batch body apart. Bodies are views of `bytes`.
 *
 * @throws ProtocolError `message-malformed` when lengths contradict each other, `utf8-invalid`.
 */
export function decodeBatch(bytes: Uint8Array): BatchEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const items: BatchEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    const left = bytes.length - at;
    const size = left < ITEM_OVERHEAD ? 0 : view.getUint32(at);
    // Each length is compared with what is left before the next is looked for.
    const isHeld = size >= ITEM_OVERHEAD && size <= left;
    const bodyEnd = isHeld ? at + 20 + view.getUint32(at + 16) : Infinity;
    const end = at + size;
    if (bodyEnd + 2 > end || bodyEnd + 2 + view.getUint16(bodyEnd) !== end) {
      throw new ProtocolError('message-malformed', `batch: the sizes of message ${items.length} are wrong`, {
        offset: at,
      });
    }
    items.push({
      flag: view.getInt32(at + 12),
      body: bytes.subarray(at + 20, bodyEnd),
      properties: decodeUtf8(bytes.subarray(bodyEnd + 2, end)),
    });
    at = end;
  }
  return items;
}

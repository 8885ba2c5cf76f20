/** Texts inside fields: receipts, handles, ids, addresses, expressions. What can be read can be written and read again. */
/* global btoa -- every runtime has it */
import { encodeUtf8 } from '@rmq/protocol/bytes';
import {
  formatAddress,
  offsetMessageId,
  parseAddress,
  parseDelayLevels,
  parseOffsetMessageId,
  parseTagExpression,
} from '@rmq/protocol/rocketmq/messages';
import {
  decodeAckBits,
  encodeAckBits,
  formatPopReceipt,
  formatRecallHandle,
  parsePopReceipt,
  parseRecallHandle,
  popOffsets,
} from '@rmq/protocol/rocketmq/requests';
import { read, textOf, use } from '../guard.mjs';

export const words = [
  ...['0', '1', '2', '-1', ' ', ';', ',', ':', '::', '.', '127.0.0.1', '||', '*', '5s ', '1h', 'qo0%1', '999'],
  ...['9223372036854775807', '-9223372036854775808', '7F00000100002A9F', 'djEg', '=', '_', '-', '\u00e9'],
];

/** A text as a value, written, and read again, if it can be read. */
function restored(text, { parse, format, attempt = read }, check) {
  const { value } = attempt(() => parse(text));
  // Of handles, Java reads parts that are empty, too; nobody has anything to send with them.
  if (value === undefined || Object.values(value).includes('')) return;
  const { value: written, error } = use(() => format(value));
  check.same(error, undefined, 'the error of a text written again');
  check.same(parse(written), value, 'a text');
}

const kinds = [
  (text, check) => restored(text, { parse: parsePopReceipt, format: formatPopReceipt }, check),
  // As what its base64 says: characters of base64 are hard to change in a way that means something.
  (text, check) => {
    const handle = btoa(String.fromCharCode(...encodeUtf8(text)));
    restored(handle, { parse: parseRecallHandle, format: formatRecallHandle }, check);
  },
  (text) => read(() => parseRecallHandle(text)),
  (text, check) => {
    const format = ({ host, physicalOffset }) => offsetMessageId(host, physicalOffset);
    restored(text, { parse: parseOffsetMessageId, format }, check);
  },
  (text, check) => restored(text, { parse: parseAddress, format: formatAddress, attempt: use }, check),
  (text, check) => {
    const parse = (bits) => decodeAckBits(7n, bits);
    restored(text, { parse, format: (offsets) => encodeAckBits(7n, offsets) }, check);
  },
  (text) => {
    const [startOffsetInfo, msgOffsetInfo, orderCountInfo] = text.split('\n');
    const { value } = read(() => popOffsets({ startOffsetInfo, msgOffsetInfo, orderCountInfo }));
    value?.start('none', 0);
    value?.messages('v1', 0);
    value?.deliveries('v2', 0, 1n);
  },
  (text) => use(() => parseDelayLevels(text)),
  (text) => use(() => parseTagExpression(text)),
];

/** The first byte says what the others are. */
export function run(bytes, check) {
  kinds[(bytes[0] ?? 0) % kinds.length](textOf(bytes.subarray(1)), check);
}

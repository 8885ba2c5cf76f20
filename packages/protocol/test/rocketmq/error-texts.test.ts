import {
  bodyCrc,
  checkBodyCrc,
  checkGroup,
  checkTopic,
  compressionOf,
  encodeBatch,
  encodeMessage,
  encodeProperties,
  parseAddress,
  parseDelayLevels,
  parseOffsetMessageId,
  parseTagExpression,
  type StoredMessageInit,
  storedMessage,
  uniqueKeyGenerator,
} from '@rmq/protocol/rocketmq/messages';

const body = new Uint8Array(1);
const at = { host: '127.0.0.1', port: 1 };
const times = { bornTimestamp: 0, bornHost: at, storeTimestamp: 0, storeHost: at };
const message: StoredMessageInit = { topic: 'T', queueId: 0, queueOffset: 0n, physicalOffset: 0n, body, ...times };
const key = { processId: 1, discriminator: 2, now: () => 0 };

/** Codes are for programs; the people who read the texts need to be told which value, and what is wrong with it. */
it.each<[string, () => unknown]>([
  ['"a.example" is not an IP address', () => parseAddress('a.example')],
  ['a batch needs at least one message', () => encodeBatch([])],
  [
    'message 1 of the batch has no body',
    () => encodeBatch([0, 1].map((at) => ({ flag: 0, body: body.subarray(at), properties: '' }))),
  ],
  ['properties of 32768 bytes in message 0', () => encodeBatch([{ flag: 0, body, properties: 'x'.repeat(32_768) }])],
  ['unknown compression type in sysFlag 0x401', () => compressionOf(0x401)],
  ['delay level "1w" is not a number followed by s, m, h or d', () => parseDelayLevels('1s 1w')],
  ['topic name is empty', () => checkTopic('')],
  ['group name has 121 characters, at most 120', () => checkGroup('g'.repeat(121))],
  ['topic name "a.b" may only use letters', () => checkTopic('a.b')],
  ['a property name is empty', () => encodeProperties({ '': 'a' })],
  ['a property name contains U+0001 or U+0002', () => encodeProperties({ '\u0001': 'a' })],
  ['the value of property k is empty', () => encodeProperties({ k: '' })],
  ['topic of 32768 bytes', () => encodeMessage({ ...message, topic: 't'.repeat(32_768) })],
  ['properties of 32768 bytes', () => encodeMessage({ ...message, properties: 'x'.repeat(32_768) })],
  ['4294967296 does not fit: expected a 32-bit integer', () => encodeMessage({ ...message, queueId: 2 ** 32 })],
  [`body checksum ${bodyCrc(body)}, the message says 2`, () => checkBodyCrc(storedMessage({ ...message, bodyCrc: 2 }))],
  ['an offset message id has 32 or 56 hex digits', () => parseOffsetMessageId('x')],
  ['port 65536 in an offset message id', () => parseOffsetMessageId('7F000001000100000000000000000001')],
  [
    'an address of 5 bytes does not fit: expected 4 or 16',
    () => uniqueKeyGenerator({ ...key, address: new Uint8Array(5) }),
  ],
  ['tag expression "||" names no tag', () => parseTagExpression('||')],
])('an error says: %s', (text, action) => {
  expect(action).toThrow(text);
});

import {
  checkGroup,
  checkTopic,
  compressionOf,
  encodeBatch,
  encodeProperties,
  parseAddress,
  parseDelayLevels,
  parseTagExpression,
} from '@rmq/protocol/rocketmq';

const body = new Uint8Array(1);

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
  ['tag expression "||" names no tag', () => parseTagExpression('||')],
])('an error says: %s', (text, action) => {
  expect(action).toThrow(text);
});

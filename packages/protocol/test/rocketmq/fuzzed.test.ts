/** What the fuzzer, and looking for what it cannot see, have found. */
import { ProtocolError } from '@rmq/protocol';
import { decodeFrame, decodeRequest, frameDecoder } from '@rmq/protocol/rocketmq';
import { decodeBody } from '@rmq/protocol/rocketmq/bodies';
import { decodeProperties } from '@rmq/protocol/rocketmq/messages';
import { decodeAckBits, parseRecallHandle } from '@rmq/protocol/rocketmq/requests';
import { frameOf, octets } from './captures.ts';

function errorOf(action: () => unknown): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error;
  }
}

it.each([65, 20_000])('an ext field that nests %i deep is refused on every runtime', (depth) => {
  const bytes = frameOf(`{"code":1,"extFields":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`);
  for (const read of [() => decodeFrame(bytes), () => frameDecoder().push(bytes).next()]) {
    const error = errorOf(read);
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).toMatchObject({ code: 'header-malformed' });
  }
});

it('an ext field that nests as deep as it may is its JSON text', () => {
  const value = `${'['.repeat(32)}${'{"a":'.repeat(31)}{}${'}'.repeat(31)}${']'.repeat(32)}`;
  expect(decodeFrame(frameOf(`{"code":1,"extFields":{"a":${value}}}`)).extFields).toEqual({ a: value });
});

it('minus zero is zero', () => {
  const command = decodeFrame(frameOf('{"code":34,"opaque":-0,"flag":"-0","extFields":{"queueId":"-0"}}'));
  expect([command.opaque, command.flag]).toEqual([0, 0]);
  const fields = { consumerGroup: 'g', topic: 't', queueId: '-0', offset: '0' };
  const { queueId } = decodeRequest('getMaxOffset', { ...command, extFields: fields });
  expect(queueId).toBe(0);
});

/** Well above what it takes on a busy machine, well below what it took: minutes. */
const SOON_MS = 5_000;

it.each([
  [
    'many references to one with a long path',
    `{"brokerAddrTable":{},"${'a'.repeat(500_000)}":"x","clusterAddrTable":{"c":[{"$ref":"$.${'a'.repeat(500_000)}"}]` +
      Array.from({ length: 20_000 }, (_, at) => `,"c${at}":{"$ref":"$.clusterAddrTable.c"}`).join('') +
      '}}',
  ],
  [
    'a reference to a queue with many names',
    `{"clusterAddrTable":{"$ref":"$.MessageQueue \\\\[topic=${', brokerName='.repeat(100_000)}, queueId=x\\\\]"}}`,
  ],
])('%s is read or refused soon', (_, text) => {
  const start = performance.now();
  expect(errorOf(() => decodeBody('ClusterInfo', octets(text)))).toBeInstanceOf(ProtocolError);
  expect(performance.now() - start).toBeLessThan(SOON_MS);
});

it('properties that are only ends are read soon', () => {
  const start = performance.now();
  expect(decodeProperties(`${'\u0002'.repeat(2_000_000)}a\u0001b`)).toEqual({ a: 'b' });
  expect(decodeProperties('\u0002'.repeat(2_000_000))).toEqual({});
  expect(performance.now() - start).toBeLessThan(SOON_MS);
});

it('a handle with an empty part, and more offsets than a pop can have, are refused', () => {
  expect(errorOf(() => parseRecallHandle(btoa('v1  broker 1 key')))).toMatchObject({ code: 'field-malformed' });
  expect(errorOf(() => decodeAckBits(0n, btoa('\u0001'.repeat(8_193))))).toMatchObject({ code: 'field-malformed' });
  expect(decodeAckBits(0n, btoa('\u0001'.repeat(8_192)))).toHaveLength(8_192);
});

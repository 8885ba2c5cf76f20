import { encodeMessage } from '@rmq/protocol/rocketmq/messages';

/** Messages in the body. */
export const PULLED = 32;
const BODY_BYTES = 1_024;

/** The body of a pull answer: 32 messages of 1 KiB, with what a Java producer and a broker put on a plain message. */
export function pullBody(): Uint8Array {
  const one = encodeMessage({
    topic: 'BenchmarkTopic',
    queueId: 3,
    queueOffset: 42n,
    physicalOffset: 123_456_789n,
    bornTimestamp: 1_700_000_000_000,
    bornHost: { host: '10.0.0.1', port: 51_234 },
    storeTimestamp: 1_700_000_000_005,
    storeHost: { host: '192.168.1.2', port: 10_911 },
    body: new Uint8Array(BODY_BYTES).fill(0x61),
    properties: {
      KEYS: 'order-4711',
      MSG_REGION: 'DefaultRegion',
      UNIQ_KEY: '7F0000010001000000000000A1B20001',
      CLUSTER: 'DefaultCluster',
      WAIT: 'true',
      TAGS: 'TagA',
      TRACE_ON: 'true',
    },
  });
  const body = new Uint8Array(one.length * PULLED);
  for (let index = 0; index < PULLED; index += 1) body.set(one, index * one.length);
  return body;
}

import { decodeBatch } from '@rmq/protocol/rocketmq/messages';
import fc from 'fast-check';
import { createProducer } from '../../../src/rocketmq/producer/producer.ts';
import { rig } from '../consumer/rig.ts';

const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 40 });

describe('a batch', () => {
  it('is split into parts within the limit, in order, with nothing lost, and a result per message', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 400, max: 2_000 }), async (lengths, maxMessageBytes) => {
        const { broker, instance } = rig();
        broker.topic('T');
        broker.on('sendBatchMessage', () => ({ fields: { msgId: 'A', queueId: 0, queueOffset: 0 } }));
        const producer = createProducer(instance, { group: 'G', maxMessageBytes });
        const bodies = lengths.map((length, index) => new Uint8Array(length).fill(index));
        const results = await producer.sendBatch(bodies.map((body) => ({ topic: 'T', body })));
        const parts = broker.of('sendBatchMessage').map(({ body }) => body ?? new Uint8Array());
        expect(parts.every(({ byteLength }) => byteLength <= maxMessageBytes)).toBe(true);
        const sent = parts.flatMap((part) => decodeBatch(part)).map(({ body }) => [...body]);
        expect(sent).toEqual(bodies.map((body) => [...body]));
        expect(results).toHaveLength(lengths.length);
      }),
    );
  });
});

import fc from 'fast-check';
import { drain } from '@rmq/testkit';
import { type GivenMethod, type MethodName, methods } from '@rmq/protocol/amqp';
import { failure, rig } from './peer.ts';

/** A value for each type of field, chosen by `n`. */
function valueOf(spec: string, n: number): unknown {
  const type = spec.replace(/[-=]/u, '');
  if (type === 'bit') return n % 2 === 1;
  if (type === 'table') return { n };
  if (type === 'octets') return Uint8Array.of(n & 0xff);
  if (type === 'shortstr' || type === 'longstr') return ['', 'c', 'q', '\0', 'x'.repeat(255)][n % 5];
  return type === 'u8' ? n & 0xff : n & 0xffff;
}

const names = Object.keys(methods) as MethodName[];
const anyMethod = fc.record({ index: fc.nat(names.length - 1), n: fc.nat(70_000), channel: fc.nat(3) });

function methodOf({ index, n }: { index: number; n: number }): GivenMethod {
  const name = names[index] ?? 'basic.ack';
  const fields = Object.entries(methods[name].fields).filter(([, spec]) => !spec.startsWith('-'));
  return { name, args: Object.fromEntries(fields.map(([field, spec]) => [field, valueOf(spec, n)])) } as GivenMethod;
}

/** A client with one of everything under way, and how all of it ends. */
async function busy() {
  const { peer, client, clock } = await rig({ requestTimeoutMs: 500, heartbeatSeconds: 1, drainTimeoutMs: 100 });
  const publisher = await client.publisher({ routingKey: 'q', mandatory: true, publishTimeoutMs: 500 });
  const consumer = await client.consumer({ queue: 'q', consumerTag: 'c', prefetch: 10 });
  peer.ignore('queue.declare');
  const all = [
    publisher.publish({ body: 'a' }),
    publisher.publish({ body: 'b' }),
    consumer.run(() => undefined),
    client.queues.declare('q'),
    client.get('q'),
  ];
  const ended = Promise.allSettled(all);
  await drain();
  return { peer, client, clock, ended };
}

describe('whatever a server says', () => {
  it('in methods of any kind on any channel: everything settles, nothing is left', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyMethod, { maxLength: 12 }), async (given) => {
        const { peer, client, clock, ended } = await busy();
        for (const each of given) {
          peer.send(each.channel, methodOf(each));
          await drain(20);
        }
        const closing = client.close();
        await clock.advance(3_000);
        await closing;
        await ended;
        expect(client.connection.state).toBe('closed');
        expect(await failure(client.channel())).toBeInstanceOf(Error);
        await clock.advance(3_000);
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('in bytes of any kind: the connection ends with an error, or goes on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 4 }), async (chunks) => {
        const { peer, client, clock, ended } = await busy();
        for (const chunk of chunks) peer.raw(chunk);
        await drain();
        const closing = client.close();
        await clock.advance(3_000);
        await closing;
        await ended;
        await clock.advance(3_000);
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('does not make it hold what is only announced', async () => {
    const { peer, client } = await rig({ maxFrameBytes: 8_192, maxBodyBytes: 1_000 });
    // A method frame of 2 GiB.
    peer.raw(Uint8Array.of(1, 0, 0, 0x7f, 0xff, 0xff, 0xff));
    await drain();
    expect(await failure(client.channel())).toMatchObject({ cause: { code: 'frame-too-large' } });
    const other = await rig({ maxBodyBytes: 1_000 });
    const consumer = await other.client.consumer({ queue: 'q', consumerTag: 'c' });
    const args = { consumerTag: 'c', deliveryTag: 1, redelivered: false, exchange: '', routingKey: '' };
    other.peer.sendContent(1, { name: 'basic.deliver', args }, 'x'.repeat(1_001));
    await drain();
    expect(await failure(consumer.run(() => undefined))).toMatchObject({ cause: { code: 'body-too-large' } });
  });
});

import fc from 'fast-check';
import { FakeClock } from '@rmq/testkit';
import type { GivenMethod } from '@rmq/protocol/amqp';
import type { ChannelSession } from '../../src/amqp/channel-session.ts';
import { type Entry, Ledger } from '../../src/amqp/consumer/ledger.ts';

/** What a server keeps: tags that were delivered and not settled, and whether it would close the channel. */
class ServerSide {
  readonly unsettled = new Set<number>();
  readonly acked: number[] = [];
  readonly returned: number[] = [];

  take({ name, args }: GivenMethod): void {
    if (name === 'basic.ack') {
      if (!this.unsettled.has(args.deliveryTag)) throw new Error(`unknown delivery tag ${args.deliveryTag.toString()}`);
      const all =
        args.multiple === true ? [...this.unsettled].filter((tag) => tag <= args.deliveryTag) : [args.deliveryTag];
      for (const tag of all) {
        this.unsettled.delete(tag);
        this.acked.push(tag);
      }
    } else if (name === 'basic.reject') {
      if (!this.unsettled.delete(args.deliveryTag)) throw new Error('unknown delivery tag');
      this.returned.push(args.deliveryTag);
    } else throw new Error(name);
  }
}

const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ do: 'deliver' } as const) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('ack' as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('giveBack' as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'wait' } as const) },
);

it('tells the server of every settled delivery once and of no other, whatever the order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 8 }), async (steps, flushAt) => {
      const clock = new FakeClock();
      const server = new ServerSide();
      const channel: Pick<ChannelSession, 'send'> = {
        send: (method) => {
          server.take(method);
        },
      };
      const ledger = new Ledger(() => channel as ChannelSession, { clock, flushAt, limit: 1_000 });
      const out: Entry[] = [];
      const [acked, returned] = [new Set<number>(), new Set<number>()];
      let deliveryTag = 0;
      for (const action of steps) {
        if (action.do === 'deliver') {
          deliveryTag += 1;
          server.unsettled.add(deliveryTag);
          const args = { deliveryTag, consumerTag: 'c', redelivered: false, exchange: '', routingKey: '' };
          out.push(ledger.add({ args, content: { properties: {}, body: new Uint8Array(0) }, state: 'out' }));
        } else if (action.do === 'wait') await clock.advance(1);
        else {
          const [entry] = out.splice(action.which % Math.max(1, out.length), 1);
          if (entry === undefined) continue;
          const { deliveryTag: tag } = entry.args;
          (action.do === 'ack' ? acked : returned).add(tag);
          if (action.do === 'ack') ledger.ack(entry);
          else ledger.giveBack(entry, { requeue: true });
        }
        expect(ledger.unsettled).toBe(out.length);
      }
      await clock.advance(1);
      expect(new Set(server.acked)).toEqual(acked);
      expect(server.acked).toHaveLength(acked.size);
      expect(new Set(server.returned)).toEqual(returned);
      expect(server.unsettled.size).toBe(out.length);
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 200 },
  );
});

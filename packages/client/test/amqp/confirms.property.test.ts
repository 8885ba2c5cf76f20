import fc from 'fast-check';
import { FakeClock } from '@rmq/testkit';
import { Confirms } from '../../src/amqp/publisher/confirms.ts';

const confirm = fc.record({ tag: fc.nat(60), multiple: fc.boolean(), isAck: fc.boolean() });

it('settles each publish once, with the first confirm that is about it (10.2)', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constant('publish' as const), confirm), { maxLength: 150 }), (steps) => {
      const clock = new FakeClock();
      const confirms = new Confirms(clock, 'server', undefined);
      const expected = new Map<number, boolean>();
      const seen = new Map<number, boolean>();
      let last = 0;
      const settle = (sequence: number, isAck: boolean): void => {
        expect(seen.has(sequence)).toBe(false);
        seen.set(sequence, isAck);
      };
      for (const action of steps) {
        if (action === 'publish') {
          const sequence = (last += 1);
          const waiting = { call: undefined, since: 0, deadline: clock.now() + 1_000, signal: undefined };
          const number = confirms.add({
            ...waiting,
            resolve: () => {
              settle(sequence, true);
            },
            reject: () => {
              settle(sequence, false);
            },
          });
          expect(number).toBe(sequence);
          continue;
        }
        const { tag, multiple, isAck } = action;
        const receive = (): void => {
          confirms.receive({ deliveryTag: tag, multiple }, isAck);
        };
        if (tag > last) {
          expect(receive).toThrow(expect.objectContaining({ code: 'frame-unexpected' }));
          continue;
        }
        receive();
        const from = multiple ? 1 : tag;
        const to = multiple && tag === 0 ? last : tag;
        for (let each = Math.max(1, from); each <= to; each += 1) if (!expected.has(each)) expected.set(each, isAck);
      }
      expect(seen).toEqual(expected);
      expect(confirms.size).toBe(last - expected.size);
      confirms.end(new Error('over'));
      expect(seen.size).toBe(last);
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 300 },
  );
});

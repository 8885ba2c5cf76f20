import fc from 'fast-check';
import { Returns } from '../../src/amqp/publisher/returns.ts';

const body = (n: number) => Uint8Array.of(n);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('publish' as const), n: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('return' as const), n: fc.nat(3) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('settle' as const), which: fc.nat(50) }) },
);

it('finds the oldest publish that is alike, and tells of each return once', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const returns = new Returns();
      const published: { readonly n: number; state: 'out' | 'returned' | 'settled' }[] = [];
      for (const action of steps) {
        if (action.do === 'publish') {
          published.push({ n: action.n, state: 'out' });
          returns.add(published.length, { routingKey: 'k', properties: {}, body: body(action.n) });
        } else if (action.do === 'return') {
          const oldest = published.find(({ n, state }) => n === action.n && state === 'out');
          const args = { replyCode: 312, replyText: 'NO_ROUTE', exchange: '', routingKey: 'k' };
          expect(returns.receive(args, { properties: {}, body: body(action.n) })).toBe(oldest !== undefined);
          if (oldest !== undefined) oldest.state = 'returned';
        } else if (published.length > 0) {
          const at = action.which % published.length;
          const chosen = published[at];
          if (chosen === undefined) continue;
          // Also those that were settled before, as a late confirm does.
          expect(returns.take(at + 1) !== undefined).toBe(chosen.state === 'returned');
          chosen.state = 'settled';
        }
      }
    }),
    { numRuns: 300 },
  );
});

it('keeps no more than what is under way', () => {
  const returns = new Returns();
  const identity = { routingKey: 'k', properties: {}, body: body(1) };
  for (let sequence = 1; sequence <= 10_000; sequence += 1) {
    returns.add(sequence, identity);
    if (sequence > 10) returns.take(sequence - 10);
  }
  const args = { replyCode: 312, replyText: 'NO_ROUTE', exchange: '', routingKey: 'k' };
  for (let count = 0; count < 10; count += 1) expect(returns.receive(args, identity)).toBe(true);
  expect(returns.receive(args, identity)).toBe(false);
  expect(returns.take(9_991)).toMatchObject({ replyCode: 312 });
});

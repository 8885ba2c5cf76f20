import * as fc from 'fast-check';
import { CacheBudget } from '../../../src/rocketmq/consumer/cache-budget.ts';
import type { Slot } from '../../../src/rocketmq/consumer/process-queue.ts';
import { ProcessQueue } from '../../../src/rocketmq/consumer/process-queue.ts';
import { stored } from './messages.ts';

type Step =
  | { readonly do: 'put'; readonly gaps: readonly number[] }
  | { readonly do: 'take' }
  | { readonly do: 'finish' | 'putBack'; readonly which: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('put' as const), gaps: fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }) }),
  fc.record({ do: fc.constant('take' as const) }),
  fc.record({ do: fc.constantFrom('finish' as const, 'putBack' as const), which: fc.nat() }),
);

/** The simplest thing that could be right: a set of unfinished offsets. */
class Model {
  readonly open = new Map<number, number>();
  end = 0;
  get progress(): number {
    return this.open.size === 0 ? this.end : Math.min(...this.open.keys());
  }
  get bytes(): number {
    return [...this.open.values()].reduce((sum, bytes) => sum + bytes, 0);
  }
}

describe('process queue, under any order of put, take, finish and put back', () => {
  it('agrees with a set of unfinished offsets, and never lets the commit go back', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const budget = new CacheBudget(1e9);
        const limits = { messages: 1e9, bytes: 1e9, span: 1e9 };
        const queue = new ProcessQueue({ topic: 'T', brokerName: 'b', queueId: 0 }, { start: 0, limits, budget });
        const model = new Model();
        const out: Slot[] = [];
        let before = 0;
        for (const each of steps) {
          if (each.do === 'put') {
            const messages = each.gaps.map((gap) => {
              const offset = model.end + gap;
              model.end = offset + 1;
              const message = stored({ offset, text: 'x'.repeat(gap) });
              model.open.set(offset, gap);
              return message;
            });
            queue.put(messages);
          } else if (each.do === 'take') {
            const slot = queue.take();
            if (slot !== undefined) out.push(slot);
          } else if (out.length > 0) {
            const [slot] = out.splice(each.which % out.length, 1) as [Slot];
            if (each.do === 'finish') {
              queue.finish(slot);
              model.open.delete(slot.offset);
            } else {
              queue.putBack(slot);
            }
          }
          expect(queue.progress).toBe(model.progress);
          expect(queue.progress).toBeGreaterThanOrEqual(before);
          expect([queue.count, queue.bytes, budget.usedBytes]).toEqual([model.open.size, model.bytes, model.bytes]);
          before = queue.progress;
        }
        const left = [...queue.oldest(1e9)].map(({ offset }) => offset);
        expect(left).toEqual([...model.open.keys()].sort((one, other) => one - other));
      }),
    );
  });

  it('hands out every message until it is finished, in order of offset unless put back', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { maxLength: 60 }), (gaps) => {
        const limits = { messages: 1e9, bytes: 1e9, span: 1e9 };
        const budget = new CacheBudget(1e9);
        const queue = new ProcessQueue({ topic: 'T', brokerName: 'b', queueId: 0 }, { start: 0, limits, budget });
        let offset = -1;
        const offsets = gaps.map((gap) => (offset += gap + 1));
        queue.put(offsets.map((each) => stored({ offset: each })));
        const taken: number[] = [];
        for (let slot = queue.take(); slot !== undefined; slot = queue.take()) taken.push(slot.offset);
        expect(taken).toEqual(offsets);
      }),
    );
  });
});

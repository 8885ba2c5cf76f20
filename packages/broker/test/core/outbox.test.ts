import { drain } from '@rmq/testkit';
import { TransportError } from '@rmq/transport';
import type { Transport } from '@rmq/transport';
import { Outbox } from '../../src/core/outbox.ts';

/** A transport that notes what is written, and takes its time if told to. */
function setUp(maxBytes = 1_000_000): {
  outbox: Outbox;
  writes: (readonly Uint8Array[])[];
  block: () => (fault?: Error) => void;
  overflows: () => number;
  told: unknown[];
} {
  const told: unknown[] = [];
  const writes: (readonly Uint8Array[])[] = [];
  let gate: Promise<void> = Promise.resolve();
  let overflows = 0;
  const transport: Pick<Transport, 'write'> = {
    async write(chunks) {
      writes.push(chunks);
      await gate;
    },
  };
  const outbox = new Outbox(transport as Transport, {
    highWaterBytes: 1_000,
    maxBytes,
    onOverflow: () => (overflows += 1),
    onSent: (bytes) => told.push(bytes),
    onFailed: (cause) => told.push(cause),
  });
  const block = (): ((fault?: Error) => void) => {
    let open: (fault?: Error) => void = () => undefined;
    gate = new Promise((resolve, reject) => {
      open = (fault) => (fault === undefined ? resolve() : reject(fault));
    });
    return (fault) => open(fault);
  };
  return { outbox, writes, block, overflows: () => overflows, told };
}

const sizes = (writes: readonly (readonly Uint8Array[])[]): number[][] =>
  writes.map((chunks) => chunks.map(({ length }) => length));

describe('the outbox', () => {
  it('sends all of one turn as one batch: small parts together, large ones as they are', async () => {
    const { outbox, writes } = setUp();
    const large = new Uint8Array(20_000);
    outbox.push(new Uint8Array(10));
    outbox.push(new Uint8Array(20), large, new Uint8Array(30));
    await drain();
    expect(sizes(writes)).toEqual([[30, 20_000, 30]]);
    expect(writes[0]?.[1]).toBe(large);
  });

  it('joins many small parts into one chunk, in order', async () => {
    const { outbox, writes } = setUp();
    outbox.push(...Array.from({ length: 40 }, (_, n) => new Uint8Array(1_000).fill(n)));
    await drain();
    expect(sizes(writes)).toEqual([[40_000]]);
    expect([0, 999, 1_000, 39_999].map((at) => writes[0]?.[0]?.[at])).toEqual([0, 0, 1, 39]);
  });

  it('encodes small things in place, and nothing of one that cannot be encoded', async () => {
    const { outbox, writes } = setUp();
    outbox.encode((writer) => writer.u32(7));
    expect(() =>
      outbox.encode(() => {
        throw new RangeError('mine');
      }),
    ).toThrow('mine');
    outbox.push(Uint8Array.of(1));
    await drain();
    expect(writes).toEqual([[Uint8Array.of(0, 0, 0, 7, 1)]]);
  });

  it('collects while a write takes its time', async () => {
    const { outbox, writes, block } = setUp();
    const open = block();
    outbox.push(new Uint8Array(1));
    await drain();
    outbox.push(new Uint8Array(2));
    outbox.push(new Uint8Array(3));
    await drain();
    expect(sizes(writes)).toEqual([[1]]);
    open();
    await drain();
    expect(sizes(writes)).toEqual([[1], [5]]);
    expect(outbox.queued).toBe(0);
  });

  it('lets a reader of requests wait until the peer has read its answers', async () => {
    const { outbox, block } = setUp();
    const open = block();
    let settled = 0;
    outbox.push(new Uint8Array(999));
    await outbox.settled();
    outbox.push(new Uint8Array(1));
    void outbox.settled().then(() => (settled += 1));
    await drain();
    expect(settled).toBe(0);
    open();
    await drain();
    expect(settled).toBe(1);
  });

  it('gives up on a peer that never reads, once', async () => {
    const { outbox, block, overflows } = setUp(100);
    block();
    outbox.push(new Uint8Array(100));
    expect(overflows()).toBe(0);
    outbox.push(new Uint8Array(1));
    outbox.push(new Uint8Array(1));
    expect([overflows(), outbox.queued]).toEqual([1, 0]);
    await outbox.settled();
  });

  it('tells what has been handed over, and once that nothing more will be', async () => {
    const { outbox, block, told } = setUp();
    outbox.push(new Uint8Array(10));
    await drain();
    const open = block();
    outbox.push(new Uint8Array(20));
    await drain();
    outbox.push(new Uint8Array(30));
    open(new TransportError('reset', 'gone'));
    await drain();
    outbox.push(new Uint8Array(40));
    await drain();
    expect(told).toEqual([10, expect.objectContaining({ code: 'reset' })]);
  });

  it('ends all waiting when the transport fails', async () => {
    const { outbox, block } = setUp();
    const open = block();
    outbox.push(new Uint8Array(5_000));
    const waits = Promise.all([outbox.settled(), outbox.drained()]);
    await drain();
    open(new TransportError('reset', 'gone'));
    await waits;
    expect(outbox.queued).toBe(0);
  });
});

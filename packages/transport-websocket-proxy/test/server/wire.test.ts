import { setImmediate as immediate } from 'node:timers/promises';
import { Writable } from 'node:stream';
import { Wire } from '../../src/server/wire.ts';

/** A stream that notes the sizes of what it is handed at a time. */
function noting(): { readonly carrier: Writable; readonly writes: (readonly number[])[] } {
  const writes: (readonly number[])[] = [];
  const carrier = new Writable({
    write: (chunk: Uint8Array, _, done) => {
      writes.push([chunk.byteLength]);
      done();
    },
    writev: (chunks: readonly { readonly chunk: Uint8Array }[], done) => {
      writes.push(chunks.map(({ chunk }) => chunk.byteLength));
      done();
    },
  });
  return { carrier, writes };
}

function wired(): { readonly wire: Wire; readonly writes: (readonly number[])[] } {
  const { carrier, writes } = noting();
  const send = (bytes: Uint8Array, _: object, taken: () => void): void => {
    carrier.write(bytes, () => taken());
  };
  return { wire: new Wire({ send }, carrier), writes };
}

describe('what goes to a client', () => {
  it('goes out at once while messages are small: somebody may wait for just that', () => {
    const { wire, writes } = wired();
    wire.send(new Uint8Array(100));
    expect(writes).toEqual([[100]]);
  });

  it('goes out together at the end of a turn once there is much, in order', async () => {
    const { wire, writes } = wired();
    for (const size of [65_536, 65_536, 7, 16_384]) wire.send(new Uint8Array(size));
    expect(writes).toEqual([]);
    expect(wire.isFlushed).toBe(false);
    await immediate();
    expect(writes).toEqual([[65_536, 65_536, 7, 16_384]]);
    expect(wire.isFlushed).toBe(true);
    wire.send(new Uint8Array(7));
    expect(writes).toHaveLength(2);
  });

  it('has room for 64 messages that the stream has not taken', async () => {
    const { wire } = wired();
    for (let count = 0; count < 64; count += 1) {
      expect(wire.hasRoom).toBe(true);
      wire.send(new Uint8Array(65_536));
    }
    expect(wire.hasRoom).toBe(false);
    await immediate();
    expect(wire.hasRoom).toBe(true);
  });
});

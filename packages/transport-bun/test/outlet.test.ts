import { Outlet } from '../src/outlet.ts';

/** A socket that has room for so many bytes, and remembers each call. */
class Sink {
  room: number;
  readonly given: Uint8Array[] = [];
  readonly calls: Uint8Array[] = [];

  constructor(room: number) {
    this.room = room;
  }

  write(bytes: Uint8Array): number {
    if (this.room < 0) return -1;
    const taken = Math.min(this.room, bytes.byteLength);
    this.room -= taken;
    this.given.push(bytes);
    this.calls.push(bytes.subarray(0, taken));
    return taken;
  }

  get sent(): number[] {
    return this.calls.flatMap((bytes) => [...bytes]);
  }
}

/** `count` bytes from `first` on. */
const bytes = (count: number, first = 0) => Uint8Array.from({ length: count }, (_, index) => first + index);

describe('what fits', () => {
  it('goes out at once, a single chunk uncopied', () => {
    const sink = new Sink(100);
    const outlet = new Outlet(sink);
    const chunk = bytes(10);
    expect(outlet.write([chunk])).toBe(true);
    expect(outlet.empty).toBe(true);
    expect(sink.given[0]).toBe(chunk);
  });

  it('makes one system call of the small chunks of a batch', () => {
    const sink = new Sink(100);
    expect(new Outlet(sink).write([bytes(3), bytes(0), bytes(4, 3), bytes(5, 7)])).toBe(true);
    expect(sink.calls).toHaveLength(1);
    expect(sink.sent).toEqual([...bytes(12)]);
  });

  it('copies no more than 64 KiB together', () => {
    const sink = new Sink(Infinity);
    const large = new Uint8Array(65_536);
    new Outlet(sink).write([bytes(3), large, bytes(4), bytes(5)]);
    expect(sink.calls.map(({ byteLength }) => byteLength)).toEqual([3, 65_536, 9]);
    expect(sink.given[1]).toBe(large);
  });

  it('makes no call for nothing', () => {
    const sink = new Sink(100);
    const outlet = new Outlet(sink);
    expect([outlet.write([]), outlet.write([bytes(0)]), outlet.write([bytes(0), bytes(0)])]).toEqual([
      true,
      true,
      true,
    ]);
    expect(sink.calls).toEqual([]);
  });
});

describe('what does not fit', () => {
  it('waits, in order, behind the rest of what was sent in part', () => {
    const sink = new Sink(4);
    const outlet = new Outlet(sink);
    expect(outlet.write([bytes(6)])).toBe(false);
    expect(outlet.write([bytes(3, 6)])).toBe(false);
    expect(outlet.write([bytes(1, 9)])).toBe(false);
    for (const more of [0, 1, 3]) {
      sink.room = more;
      expect(outlet.flush()).toBe(false);
    }
    sink.room = 100;
    expect(outlet.flush()).toBe(true);
    expect(outlet.empty).toBe(true);
    expect(sink.sent).toEqual([...bytes(10)]);
  });

  it('waits where a batch is cut anywhere', () => {
    for (let cut = 0; cut < 12; cut += 1) {
      const sink = new Sink(cut);
      const outlet = new Outlet(sink);
      expect(outlet.write([bytes(3), bytes(4, 3), bytes(5, 7)])).toBe(false);
      sink.room = 100;
      expect(outlet.flush()).toBe(true);
      expect(sink.sent).toEqual([...bytes(12)]);
    }
  });

  it('stays where it is once the connection is gone, until it is dropped', () => {
    const sink = new Sink(-1);
    const outlet = new Outlet(sink);
    expect(outlet.write([bytes(6)])).toBe(false);
    expect(outlet.flush()).toBe(false);
    outlet.clear();
    expect(outlet.empty).toBe(true);
    expect(sink.calls).toEqual([]);
  });
});

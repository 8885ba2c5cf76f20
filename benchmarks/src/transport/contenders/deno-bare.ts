import { CHUNK_BYTES, type Contender, header, TRIP_BYTES } from '../task.ts';

/** What is used of Deno's connection. Its own types cannot be loaded beside Node's. */
interface DenoConn {
  readonly read: (into: Uint8Array) => Promise<number | null>;
  readonly write: (bytes: Uint8Array) => Promise<number>;
  readonly close: () => void;
  readonly setNoDelay: (on: boolean) => void;
}

interface DenoLike {
  readonly connect: (options: { readonly hostname: string; readonly port: number }) => Promise<DenoConn>;
}

const chunk = new Uint8Array(CHUNK_BYTES).fill(0x2e);
const trip = chunk.subarray(0, TRIP_BYTES);
const kept: unknown[] = [];

async function open(port: number): Promise<DenoConn> {
  const { Deno } = globalThis as { Deno?: DenoLike };
  if (Deno === undefined) throw new Error('this runs on Deno');
  const conn = await Deno.connect({ hostname: '127.0.0.1', port });
  conn.setNoDelay(true);
  return conn;
}

async function writeAll(conn: DenoConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength;) at += await conn.write(bytes.subarray(at));
}

async function take(conn: DenoConn, bytes: number, memory: () => Uint8Array): Promise<void> {
  for (let left = bytes; left > 0;) left -= (await conn.read(memory())) ?? left;
}

/** `Deno.connect`, as its manual says to use it: one buffer, which each read overwrites. */
export function contender(): Contender {
  const into = new Uint8Array(CHUNK_BYTES);
  return reading(() => into);
}

/** @param memory - what the next read is to fill */
export function reading(memory: () => Uint8Array): Contender {
  return {
    async send(port, bytes) {
      const conn = await open(port);
      await writeAll(conn, header(bytes));
      for (let left = bytes; left > 0; left -= CHUNK_BYTES) await writeAll(conn, chunk);
      await take(conn, 1, memory);
      conn.close();
    },
    async receive(port, bytes) {
      const conn = await open(port);
      await writeAll(conn, header(bytes));
      await take(conn, bytes, memory);
      conn.close();
    },
    async roundTrips(port, count) {
      const conn = await open(port);
      for (let done = 0; done < count; done += 1) {
        await writeAll(conn, trip);
        await take(conn, TRIP_BYTES, memory);
      }
      conn.close();
    },
    async idle(port) {
      const conn = await open(port);
      kept.push(conn, conn.read(new Uint8Array(4 * 1_024)));
    },
  };
}

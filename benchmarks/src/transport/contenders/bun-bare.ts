import { deferred } from '@rmq/transport/adapter';
import { CHUNK_BYTES, type Contender, header, TRIP_BYTES } from '../task.ts';

/** What is used of Bun's socket. Its own types cannot be loaded beside Node's. */
interface BunSocket {
  readonly write: (bytes: Uint8Array) => number;
  readonly terminate: () => void;
  readonly setNoDelay: (on: boolean) => void;
}

interface Handlers {
  readonly data: (socket: BunSocket, bytes: Uint8Array) => void;
  readonly drain?: (socket: BunSocket) => void;
}

interface BunLike {
  readonly connect: (options: {
    readonly hostname: string;
    readonly port: number;
    readonly socket: Handlers;
  }) => Promise<BunSocket>;
}

const chunk = new Uint8Array(CHUNK_BYTES).fill(0x2e);
const trip = chunk.subarray(0, TRIP_BYTES);
const kept: BunSocket[] = [];

async function open(port: number, socket: Handlers): Promise<BunSocket> {
  const { Bun } = globalThis as { Bun?: BunLike };
  if (Bun === undefined) throw new Error('this runs on Bun');
  const opened = await Bun.connect({ hostname: '127.0.0.1', port, socket });
  opened.setNoDelay(true);
  return opened;
}

/** `Bun.connect`, as its manual says to use it. */
export function contender(): Contender {
  return {
    async send(port, bytes) {
      let left = bytes;
      let at = 0;
      const pour = (socket: BunSocket): void => {
        while (left > 0) {
          const wanted = chunk.subarray(at, Math.min(CHUNK_BYTES, at + left));
          const written = socket.write(wanted);
          left -= written;
          at = (at + written) % CHUNK_BYTES;
          if (written < wanted.byteLength) return;
        }
      };
      const done = deferred<undefined>();
      const socket = await open(port, { data: () => done.resolve(undefined), drain: pour });
      socket.write(header(bytes));
      pour(socket);
      await done.promise;
      socket.terminate();
    },
    async receive(port, bytes) {
      let left = bytes;
      const done = deferred<undefined>();
      const data = (_: BunSocket, got: Uint8Array): void => {
        left -= got.byteLength;
        if (left <= 0) done.resolve(undefined);
      };
      const socket = await open(port, { data });
      socket.write(header(bytes));
      await done.promise;
      socket.terminate();
    },
    async roundTrips(port, count) {
      let [left, held] = [count, 0];
      const done = deferred<undefined>();
      const data = (socket: BunSocket, got: Uint8Array): void => {
        held += got.byteLength;
        if (held < TRIP_BYTES) return;
        held -= TRIP_BYTES;
        left -= 1;
        if (left > 0) socket.write(trip);
        else done.resolve(undefined);
      };
      const socket = await open(port, { data });
      socket.write(trip);
      await done.promise;
      socket.terminate();
    },
    async idle(port) {
      kept.push(await open(port, { data: () => undefined }));
    },
  };
}

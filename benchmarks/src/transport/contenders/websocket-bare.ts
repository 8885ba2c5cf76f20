import { once } from 'node:events';
import { WebSocket } from 'ws';
import { CHUNK_BYTES, type Contender, header, TRIP_BYTES } from '../task.ts';

const chunk = new Uint8Array(CHUNK_BYTES).fill(0x2e);
const trip = chunk.subarray(0, TRIP_BYTES);
const kept: WebSocket[] = [];
/** What may wait in this process: a WebSocket takes whatever it is given. As much as our client has on its way. Bytes. */
const MOST_BUFFERED = 2 ** 20;

async function open(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port.toString()}/`, 'binary', { perMessageDeflate: false });
  socket.binaryType = 'nodebuffer';
  await once(socket, 'open');
  return socket;
}

async function taken(socket: WebSocket, bytes: number): Promise<void> {
  await new Promise<void>((resolve) => {
    let left = bytes;
    socket.on('message', (data: Buffer) => {
      left -= data.byteLength;
      if (left <= 0) resolve();
    });
  });
  socket.terminate();
}

/** A WebSocket of `ws`, to a proxy that leads each of its ports to one target. */
export function contender(): Contender {
  return {
    async send(port, bytes) {
      const socket = await open(port);
      const done = taken(socket, 1);
      socket.send(header(bytes));
      for (let left = bytes; left > 0; left -= CHUNK_BYTES) {
        const sent = new Promise<void>((resolve) => {
          socket.send(chunk, () => resolve());
        });
        if (socket.bufferedAmount > MOST_BUFFERED) await sent;
      }
      await done;
    },
    async receive(port, bytes) {
      const socket = await open(port);
      socket.send(header(bytes));
      await taken(socket, bytes);
    },
    async roundTrips(port, count) {
      const socket = await open(port);
      let [left, held] = [count, 0];
      await new Promise<void>((resolve) => {
        socket.on('message', (data: Buffer) => {
          held += data.byteLength;
          if (held < TRIP_BYTES) return;
          held -= TRIP_BYTES;
          left -= 1;
          if (left > 0) socket.send(trip);
          else resolve();
        });
        socket.send(trip);
      });
      socket.terminate();
    },
    async idle(port) {
      kept.push(await open(port));
    },
  };
}

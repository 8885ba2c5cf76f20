import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { CHUNK_BYTES, type Contender, header, TRIP_BYTES } from '../task.ts';

const chunk = new Uint8Array(CHUNK_BYTES).fill(0x2e);
const trip = chunk.subarray(0, TRIP_BYTES);
const kept: Socket[] = [];

async function open(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  return socket;
}

async function taken(socket: Socket, bytes: number): Promise<void> {
  await new Promise<void>((resolve) => {
    let left = bytes;
    socket.on('data', (data) => {
      left -= data.byteLength;
      if (left <= 0) resolve();
    });
  });
  socket.destroy();
}

/** `net.Socket`, as its manual says to use it. */
export function contender(): Contender {
  return {
    async send(port, bytes) {
      const socket = await open(port);
      socket.write(header(bytes));
      let left = bytes;
      const pour = (): void => {
        for (; left > 0; left -= CHUNK_BYTES) {
          if (socket.write(chunk)) continue;
          left -= CHUNK_BYTES;
          return;
        }
      };
      socket.on('drain', pour);
      pour();
      await taken(socket, 1);
    },
    async receive(port, bytes) {
      const socket = await open(port);
      socket.write(header(bytes));
      await taken(socket, bytes);
    },
    async roundTrips(port, count) {
      const socket = await open(port);
      let [left, held] = [count, 0];
      await new Promise<void>((resolve) => {
        socket.on('data', (data) => {
          held += data.byteLength;
          if (held < TRIP_BYTES) return;
          held -= TRIP_BYTES;
          left -= 1;
          if (left > 0) socket.write(trip);
          else resolve();
        });
        socket.write(trip);
      });
      socket.destroy();
    },
    async idle(port) {
      const socket = await open(port);
      socket.on('data', () => undefined);
      kept.push(socket);
    },
  };
}

/**
 * The other end of everything measured: bare sockets of Node's that echo, swallow and pour. Tells its ports on stdout and
 * ends with stdin.
 */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { CHUNK_BYTES, HEADER_BYTES, headerOf } from './task.ts';

const chunk = new Uint8Array(CHUNK_BYTES).fill(0x2e);

/** Sends back what comes. */
function echo(socket: Socket): void {
  socket.on('data', (data) => {
    if (!socket.write(data)) socket.pause();
  });
  socket.on('drain', () => socket.resume());
}

/** Swallows as many bytes as the header says, then says so with one byte; and again. */
function sink(socket: Socket): void {
  let left: number | undefined;
  socket.on('data', (data) => {
    if (left === undefined) left = headerOf(data) + HEADER_BYTES; // never cut: it comes first
    left -= data.byteLength;
    if (left > 0) return;
    left = undefined;
    socket.write(chunk.subarray(0, 1));
  });
}

/** Pours out as many bytes as the header says. */
function source(socket: Socket): void {
  let left = 0;
  const pour = (): void => {
    while (left > 0) {
      const bytes = Math.min(left, CHUNK_BYTES);
      left -= bytes;
      if (!socket.write(bytes === CHUNK_BYTES ? chunk : chunk.subarray(0, bytes))) return;
    }
  };
  socket.on('data', (data) => {
    left = headerOf(data);
    pour();
  });
  socket.on('drain', pour);
}

async function serve(behave: (socket: Socket) => void): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined); // a contender that is done
    behave(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port; // it listens on a port, as it was told to
}

const [echoPort, sinkPort, sourcePort] = [await serve(echo), await serve(sink), await serve(source)];
process.stdout.write(`${JSON.stringify({ echo: echoPort, sink: sinkPort, source: sourcePort })}\n`);
process.stdin.on('end', () => process.exit(0)).resume();

import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/** A local endpoint that neither takes nor refuses a connection, as behind a firewall that drops packets. */
export interface SilentEndpoint extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
}

/** Listens, tells the port, and is never again at leave to accept: the kernel queues what comes, up to the backlog. */
const listener = `
const { parentPort } = require('node:worker_threads');
const server = require('node:net').createServer();
server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
`;

/** More than the kernel queues for a backlog of 1: two on Linux. */
const fillers = 8;

/**
 * Makes one without a network: a listening socket whose queue is full. Linux then drops the SYN of every further dial
 * (`net.ipv4.tcp_abort_on_overflow` being 0, its default), which a dialer, of whatever runtime, sees as silence.
 */
export async function silentEndpoint(): Promise<SilentEndpoint> {
  const worker = new Worker(listener, { eval: true });
  const [port] = (await once(worker, 'message')) as [number];
  const queued = Array.from({ length: fillers }, () => filler(port));
  // On loopback a SYN has been judged when connect() returns: one success shows that all have been.
  await Promise.any(queued.map((socket) => once(socket, 'connect')));
  return {
    host: '127.0.0.1',
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of queued) socket.destroy();
      await worker.terminate();
    },
  };
}

function filler(port: number): Socket {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => undefined); // those that waited learn that the listener is gone
  return socket;
}

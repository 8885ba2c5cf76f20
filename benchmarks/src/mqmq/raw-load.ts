import { once } from 'node:events';
import { connect } from 'node:net';
import { type Job, repeated, requests, responses } from './frames.ts';

/** How much is asked, and how. */
export interface Load {
  readonly job: Job;
  readonly connections: number;
  /** Requests under way on each connection. */
  readonly pipelined: number;
  readonly operations: number;
}

/** Asks so often over plain sockets, which count answers by their size. */
export async function rawLoad(port: number, load: Load): Promise<void> {
  const share = Math.ceil(load.operations / load.connections);
  await Promise.all(Array.from({ length: load.connections }, () => askOn(port, load, share)));
}

async function askOn(port: number, { job, pipelined }: Load, operations: number): Promise<void> {
  const request = requests[job];
  const size = responses[job].byteLength;
  const many = repeated(request, pipelined);
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let [unasked, unanswered, held] = [operations, operations, 0];
  const ask = (wanted: number): void => {
    const count = Math.min(wanted, unasked);
    unasked -= count;
    if (count > 0) socket.write(many.subarray(0, count * request.byteLength));
  };
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => {
      reject(new Error('the server closed the connection'));
    });
    socket.on('data', (chunk) => {
      const bytes = held + chunk.byteLength;
      const count = Math.floor(bytes / size);
      held = bytes - count * size;
      unanswered -= count;
      if (unanswered === 0) resolve();
      else ask(count);
    });
    ask(pipelined);
  });
  socket.destroy();
}
